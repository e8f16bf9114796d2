// SPDX-License-Identifier: BSD-3-Clause
#include "messages/codec/hex.hpp"
#include "messages/types/multiaddr.hpp"
#include "tools/conform/suites.hpp"

namespace troupe::conform {
namespace {

outcome binary_of(std::string_view text) {
  return multiaddr::parse(text).map([](const multiaddr& address) {
    return boost::json::object{{"binary", to_hex(address.binary())}};
  });
}

/// An address with an unknown code is kept by the node, but it has no text that another implementation would
/// read.
outcome text_of(byte_view binary) {
  const auto address = multiaddr::from_binary(binary);
  if (!address)
    return unexpected{address.error()};
  if (!address->known())
    return bad_case("binary multiaddr: a protocol code is unknown, so what follows it cannot be read");
  return boost::json::object{{"text", address->text()}};
}

} // namespace

outcome evaluate_multiaddr(const boost::json::object& from) {
  return one_field(from, "text", "binary").and_then([&](std::string_view name) {
    return name == "text" ? text_field(from, name).and_then(binary_of)
                          : hex_field(from, name).and_then(text_of);
  });
}

} // namespace troupe::conform
