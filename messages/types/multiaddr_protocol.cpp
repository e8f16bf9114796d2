// SPDX-License-Identifier: BSD-3-Clause
#include "messages/types/multiaddr_protocol.hpp"

#include "messages/codec/multibase.hpp"
#include "messages/codec/peer_id_text.hpp"
#include "messages/codec/utf8.hpp"
#include "messages/codec/uvarint.hpp"
#include "messages/types/multiaddr.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace troupe {
namespace {

using value = multiaddr_value;
namespace code = multiaddr_code;

constexpr std::array protocols{
  multiaddr_protocol{code::ip4, "ip4", value::ip4},
  multiaddr_protocol{code::tcp, "tcp", value::port},
  multiaddr_protocol{code::ip6, "ip6", value::ip6},
  multiaddr_protocol{code::ip6zone, "ip6zone", value::text},
  multiaddr_protocol{code::ipcidr, "ipcidr", value::u8},
  multiaddr_protocol{code::dns, "dns", value::text},
  multiaddr_protocol{code::dns4, "dns4", value::text},
  multiaddr_protocol{code::dns6, "dns6", value::text},
  multiaddr_protocol{code::dnsaddr, "dnsaddr", value::text},
  multiaddr_protocol{code::udp, "udp", value::port},
  multiaddr_protocol{code::webrtc_direct, "webrtc-direct", value::none},
  multiaddr_protocol{code::p2p_circuit, "p2p-circuit", value::none},
  multiaddr_protocol{code::unix_path, "unix", value::path},
  multiaddr_protocol{code::p2p, "p2p", value::peer},
  multiaddr_protocol{code::tls, "tls", value::none},
  multiaddr_protocol{code::sni, "sni", value::text},
  multiaddr_protocol{code::noise, "noise", value::none},
  multiaddr_protocol{code::quic, "quic", value::none},
  multiaddr_protocol{code::quic_v1, "quic-v1", value::none},
  multiaddr_protocol{code::webtransport, "webtransport", value::none},
  multiaddr_protocol{code::certhash, "certhash", value::hash},
  multiaddr_protocol{code::ws, "ws", value::none},
  multiaddr_protocol{code::wss, "wss", value::none},
  multiaddr_protocol{code::memory, "memory", value::text},
};

unexpected<explained> refused(std::string why) {
  return unexpected(explained{std::move(why)});
}

// Names are printed in logs and on terminals, so control characters never get in.
bool printable(byte_view data) {
  return !data.empty() && std::ranges::none_of(data, [](std::uint8_t c) { return c < 0x20 || c == 0x7f; }) &&
         is_utf8(data);
}

template <class Number>
expected<bytes, explained> number_from_text(std::string_view text, unsigned max) {
  unsigned number = 0;
  const auto* end = text.data() + text.size();
  const auto [stopped, failed] = std::from_chars(text.data(), end, number);
  if (failed != std::errc{} || stopped != end || number > max)
    return refused(fmt::format("is no number from 0 to {}", max));
  if constexpr (sizeof(Number) == 1)
    return bytes{static_cast<std::uint8_t>(number)};
  return bytes{static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)};
}

expected<bytes, explained> address_from_text(int family, std::size_t size, std::string_view text,
                                             const char* problem) {
  bytes data(size);
  // A NUL would end the text early for inet_pton.
  if (text.find('\0') != std::string_view::npos ||
      inet_pton(family, std::string{text}.c_str(), data.data()) != 1)
    return refused(problem);
  return data;
}

// RFC 5952: lower case, no leading zeros, the first longest run of two or more zero groups as "::",
// IPv4-mapped with dots.
std::string ip6_text(byte_view data) {
  if (std::all_of(data.begin(), data.begin() + 10, [](auto byte) { return byte == 0; }) && data[10] == 0xff &&
      data[11] == 0xff)
    return fmt::format("::ffff:{}", fmt::join(data.subspan(12), "."));
  std::array<unsigned, 8> groups;
  for (std::size_t i = 0; i < 8; ++i)
    groups[i] = data[2 * i] * 256u + data[2 * i + 1];
  std::size_t run_at = 8;
  std::size_t run = 1;
  for (std::size_t i = 0; i < 8; ++i) {
    const auto end = std::find_if(groups.begin() + static_cast<std::ptrdiff_t>(i), groups.end(),
                                  [](unsigned g) { return g != 0; });
    const auto length = static_cast<std::size_t>(end - groups.begin()) - i;
    if (length > run) {
      run = length;
      run_at = i;
    }
  }
  if (run_at == 8)
    return fmt::format("{:x}", fmt::join(groups, ":"));
  const auto after = groups.begin() + static_cast<std::ptrdiff_t>(run_at + run);
  return fmt::format("{:x}::{:x}",
                     fmt::join(groups.begin(), groups.begin() + static_cast<std::ptrdiff_t>(run_at), ":"),
                     fmt::join(after, groups.end(), ":"));
}

bool is_multihash(byte_view data) {
  const auto function = read_uvarint(data);
  if (!function)
    return false;
  const auto rest = data.subspan(function->size);
  const auto length = read_uvarint(rest);
  return length && length->value > 0 && length->value == rest.size() - length->size;
}

} // namespace

const multiaddr_protocol* find_multiaddr_protocol(std::uint64_t wanted) {
  const auto* found =
    std::ranges::find(protocols, wanted, [](const auto& p) { return std::uint64_t{p.code}; });
  return found == protocols.end() ? nullptr : found;
}

const multiaddr_protocol* find_multiaddr_protocol(std::string_view name) {
  const auto* found = std::ranges::find(protocols, name == "ipfs" ? "p2p" : name, &multiaddr_protocol::name);
  return found == protocols.end() ? nullptr : found;
}

std::optional<std::size_t> fixed_size(multiaddr_value kind) {
  switch (kind) {
  case value::none:
    return 0;
  case value::u8:
    return 1;
  case value::port:
    return 2;
  case value::ip4:
    return 4;
  case value::ip6:
    return 16;
  default:
    return std::nullopt;
  }
}

expected<bytes, explained> value_from_text(multiaddr_value kind, std::string_view text) {
  switch (kind) {
  case value::none:
    return bytes{};
  case value::ip4:
    return address_from_text(AF_INET, 4, text,
                             "is no IPv4 address (four numbers from 0 to 255 with dots between)");
  case value::ip6:
    return address_from_text(AF_INET6, 16, text, "is no IPv6 address");
  case value::u8:
    return number_from_text<std::uint8_t>(text, 255);
  case value::port:
    return number_from_text<std::uint16_t>(text, 65535);
  case value::text:
  case value::path:
    if (!value_valid(kind, as_bytes(text)))
      return refused("is empty, has control characters, or is no UTF-8");
    return to_bytes(as_bytes(text));
  case value::peer: {
    const auto id = parse_peer_id(text);
    if (!id)
      return refused("is no peer id: " + id.error().text);
    return to_bytes(id->multihash());
  }
  case value::hash: {
    auto data = multibase_decode(text);
    if (!data || !is_multihash(*data))
      return refused("is no multihash in multibase");
    return *std::move(data);
  }
  }
  return refused("has an unknown kind of value");
}

bool value_valid(multiaddr_value kind, byte_view data) {
  switch (kind) {
  case value::text:
    return printable(data) && std::ranges::find(data, '/') == data.end();
  case value::path:
    return printable(data) && data.size() > 1 && data[0] == '/';
  case value::peer:
    return peer_id::from_multihash(data).has_value();
  case value::hash:
    return is_multihash(data);
  default:
    return data.size() == fixed_size(kind);
  }
}

std::string value_to_text(multiaddr_value kind, byte_view data) {
  switch (kind) {
  case value::none:
    return {};
  case value::ip4:
    return fmt::format("{}", fmt::join(data, "."));
  case value::ip6:
    return ip6_text(data);
  case value::u8:
    return std::to_string(data[0]);
  case value::port:
    return std::to_string(data[0] * 256 + data[1]);
  case value::text:
  case value::path:
    return std::string{as_text(data)};
  case value::peer:
    return to_base58(peer_id::from_multihash(data).value());
  case value::hash:
    return "u" + base64url_encode(data);
  }
  return {};
}

} // namespace troupe
