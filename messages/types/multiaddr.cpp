// SPDX-License-Identifier: BSD-3-Clause
#include "messages/types/multiaddr.hpp"

#include "messages/codec/hex.hpp"
#include "messages/codec/uvarint.hpp"
#include "messages/types/assert.hpp"
#include "messages/types/multiaddr_protocol.hpp"

#include <fmt/format.h>

#include <utility>

namespace troupe {
namespace {

constexpr std::size_t quoted_max = 64; // characters of foreign text in an error line

unexpected<explained> refused(std::string why) {
  return unexpected(explained{std::move(why)});
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text.substr(0, quoted_max))
    out += c >= ' ' && c < 0x7f ? c : '?';
  return out + (text.size() > quoted_max ? "...\"" : "\"");
}

void append_component(bytes& out, const multiaddr_protocol& protocol, byte_view value) {
  append_uvarint(out, protocol.code);
  if (fixed_size(protocol.value))
    out.insert(out.end(), value.begin(), value.end());
  else
    append_length_prefixed(out, value);
}

struct read_component {
  const multiaddr_protocol* protocol; // null: unknown, the rest cannot be read
  byte_view value;
  byte_view rest;
};

expected<read_component, explained> next_component(byte_view data) {
  const auto code = read_uvarint(data);
  if (!code)
    return refused("a protocol code is cut off or not minimal");
  data = data.subspan(code->size);
  const auto* protocol = find_multiaddr_protocol(code->value);
  if (!protocol)
    return read_component{nullptr, {}, {}};
  auto size = fixed_size(protocol->value);
  if (!size) {
    const auto length = read_uvarint(data);
    if (!length)
      return refused(fmt::format("the length of /{} is cut off or not minimal", protocol->name));
    data = data.subspan(length->size);
    size = length->value;
  }
  if (*size > data.size())
    return refused(
      fmt::format("the value of /{} is cut off: {} bytes of {}", protocol->name, data.size(), *size));
  const auto value = data.first(*size);
  if (!value_valid(protocol->value, value))
    return refused(fmt::format("the value of /{} is malformed", protocol->name));
  return read_component{protocol, value, data.subspan(*size)};
}

// Cuts the text up to the next slash off the front of `rest`, which starts with one.
std::string_view next_part(std::string_view& rest) {
  const auto end = std::min(rest.find('/', 1), rest.size());
  const auto part = rest.substr(1, end - 1);
  rest.remove_prefix(end);
  return part;
}

} // namespace

expected<multiaddr, explained> multiaddr::parse(std::string_view text) {
  if (text.size() > text_max)
    return refused(
      fmt::format("a multiaddr has at most {} characters; this one has {}", text_max, text.size()));
  if (!text.starts_with('/') || text.size() == 1)
    return refused(
      fmt::format("{} is no multiaddr: it starts with a slash, as in /ip4/127.0.0.1/tcp/4001", quoted(text)));
  multiaddr result;
  for (auto rest = text; !rest.empty() && rest != "/";) {
    const auto name = next_part(rest);
    const auto* protocol = find_multiaddr_protocol(name);
    if (!protocol)
      return refused(
        fmt::format("multiaddr {}: {} is no protocol that troupe knows", quoted(text), quoted(name)));
    std::string_view value_text;
    if (protocol->value != multiaddr_value::none) {
      if (rest.size() < 2)
        return refused(fmt::format("multiaddr {}: /{} has no value", quoted(text), name));
      value_text = protocol->value == multiaddr_value::path ? std::exchange(rest, {}) : next_part(rest);
    }
    const auto value = value_from_text(protocol->value, value_text);
    if (!value)
      return refused(
        fmt::format("multiaddr {}: /{} {} {}", quoted(text), name, quoted(value_text), value.error().text));
    append_component(result.binary_, *protocol, *value);
  }
  if (result.binary_.size() > size_max)
    return refused(fmt::format("multiaddr {} takes {} bytes; at most {} are allowed", quoted(text),
                               result.binary_.size(), size_max));
  return result;
}

expected<multiaddr, explained> multiaddr::from_binary(byte_view data) {
  if (data.empty())
    return refused("a binary multiaddr is empty");
  if (data.size() > size_max)
    return refused(
      fmt::format("a binary multiaddr has at most {} bytes; this one has {}", size_max, data.size()));
  multiaddr result;
  for (auto rest = data; !rest.empty();) {
    const auto next = next_component(rest);
    if (!next)
      return refused("binary multiaddr: " + next.error().text);
    result.known_ = result.known_ && next->protocol;
    rest = next->rest;
  }
  result.binary_ = to_bytes(data);
  return result;
}

multiaddr multiaddr::from_components(const std::vector<component>& parts) {
  multiaddr result;
  for (const auto& part : parts) {
    const auto* protocol = find_multiaddr_protocol(std::uint64_t{part.code});
    TROUPE_ASSERT(protocol && value_valid(protocol->value, part.value));
    append_component(result.binary_, *protocol, part.value);
  }
  return result;
}

std::vector<multiaddr::component> multiaddr::components() const {
  std::vector<component> parts;
  if (!known_)
    return parts;
  for (byte_view rest = binary_; !rest.empty();) {
    const auto next = next_component(rest).value();
    parts.push_back({next.protocol->code, to_bytes(next.value)});
    rest = next.rest;
  }
  return parts;
}

std::string multiaddr::text() const {
  if (!known_)
    return "/unknown/" + to_hex(binary_);
  std::string out;
  for (byte_view rest = binary_; !rest.empty();) {
    const auto next = next_component(rest).value();
    out += '/';
    out += next.protocol->name;
    if (next.protocol->value != multiaddr_value::none && next.protocol->value != multiaddr_value::path)
      out += '/';
    out += value_to_text(next.protocol->value, next.value);
    rest = next.rest;
  }
  return out;
}

std::optional<std::string> multiaddr::value_of(std::uint32_t code) const {
  for (const auto& part : components())
    if (part.code == code)
      return value_to_text(find_multiaddr_protocol(std::uint64_t{code})->value, part.value);
  return std::nullopt;
}

std::optional<peer_id> multiaddr::peer() const {
  std::optional<peer_id> last;
  for (const auto& part : components())
    if (part.code == multiaddr_code::p2p)
      last = peer_id::from_multihash(part.value);
  return last;
}

multiaddr multiaddr::without_peer() const {
  auto parts = components();
  for (auto i = parts.size(); i-- > 0;)
    if (parts[i].code == multiaddr_code::p2p) {
      parts.resize(i);
      return from_components(parts);
    }
  return *this;
}

multiaddr multiaddr::with_peer(const peer_id& id) const {
  if (!known_)
    return *this;
  auto result = without_peer();
  append_component(result.binary_, *find_multiaddr_protocol(std::uint64_t{multiaddr_code::p2p}),
                   id.multihash());
  return result;
}

} // namespace troupe
