// SPDX-License-Identifier: BSD-3-Clause
#include "messages/codec/hex.hpp"
#include "tools/conform/suites.hpp"

#include <fmt/format.h>

namespace troupe::conform {

unexpected<explained> bad_case(std::string why) {
  return unexpected{explained{std::move(why)}};
}

expected<std::string_view, explained> text_field(const boost::json::object& from, std::string_view name) {
  const auto* value = from.if_contains(name);
  if (!value)
    return bad_case(fmt::format("the field \"{}\" is missing", name));
  const auto* text = value->if_string();
  if (!text)
    return bad_case(fmt::format("the field \"{}\" is no string", name));
  return std::string_view{text->data(), text->size()};
}

expected<bytes, explained> hex_field(const boost::json::object& from, std::string_view name) {
  const auto text = text_field(from, name);
  if (!text)
    return unexpected{text.error()};
  auto data = from_hex(*text);
  if (!data)
    return bad_case(fmt::format("the field \"{}\" is no hexadecimal text of whole bytes", name));
  return *std::move(data);
}

expected<std::string_view, explained> one_field(const boost::json::object& from, std::string_view first,
                                                std::string_view second) {
  if (from.contains(first) == from.contains(second))
    return bad_case(fmt::format("the case needs either \"{}\" or \"{}\"", first, second));
  return from.contains(first) ? first : second;
}

} // namespace troupe::conform
