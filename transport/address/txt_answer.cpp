// SPDX-License-Identifier: BSD-3-Clause
#include "transport/address/txt_answer.hpp"

#include <optional>

namespace troupe::transport {
namespace {

constexpr std::uint16_t type_txt = 16;
constexpr std::uint16_t class_internet = 1;

class reader {
public:
  explicit reader(byte_view message) : rest_(message) {}

  std::optional<byte_view> take(std::size_t n) {
    if (n > rest_.size())
      return std::nullopt;
    const auto taken = rest_.first(n);
    rest_ = rest_.subspan(n);
    return taken;
  }

  std::optional<std::uint16_t> number() {
    const auto two = take(2);
    if (!two)
      return std::nullopt;
    return static_cast<std::uint16_t>((*two)[0] << 8 | (*two)[1]);
  }

  /// A name ends with an empty label or with a pointer, which need not be followed to get past it.
  bool skip_name() {
    while (true) {
      const auto length = take(1);
      if (!length)
        return false;
      const auto value = (*length)[0];
      if (value == 0)
        return true;
      if ((value & 0xc0) == 0xc0)
        return take(1).has_value();
      if (value > 63 || !take(value))
        return false;
    }
  }

private:
  byte_view rest_;
};

std::optional<std::string> join_strings(byte_view data) {
  std::string joined;
  while (!data.empty()) {
    const std::size_t length = data[0];
    if (length >= data.size())
      return std::nullopt;
    joined += as_text(data.subspan(1, length));
    data = data.subspan(1 + length);
  }
  return joined;
}

} // namespace

expected<std::vector<std::string>, dns_errc> txt_records(byte_view message) {
  reader in{message};
  const auto header = in.take(12);
  if (!header)
    return unexpected(dns_errc::truncated);
  const auto& h = *header;
  const bool is_response = (h[2] & 0x80) != 0;
  if (!is_response || (h[3] & 0x0f) != 0)
    return unexpected(dns_errc::not_an_answer);
  const std::size_t questions = static_cast<std::size_t>(h[4] << 8 | h[5]);
  const std::size_t answers = static_cast<std::size_t>(h[6] << 8 | h[7]);
  if (questions > 1 || answers > dns_records_max)
    return unexpected(dns_errc::too_many);
  if (questions == 1 && (!in.skip_name() || !in.take(4)))
    return unexpected(dns_errc::truncated);
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < answers; ++i) {
    const bool named = in.skip_name();
    const auto type = named ? in.number() : std::nullopt;
    const auto kind = in.number();
    const auto ttl = in.take(4);
    const auto length = in.number();
    const auto data = length ? in.take(*length) : std::nullopt;
    if (!type || !kind || !ttl || !data)
      return unexpected(dns_errc::truncated);
    if (*type != type_txt || *kind != class_internet)
      continue;
    auto text = join_strings(*data);
    if (!text)
      return unexpected(dns_errc::truncated);
    texts.push_back(std::move(*text));
  }
  return texts;
}

} // namespace troupe::transport
