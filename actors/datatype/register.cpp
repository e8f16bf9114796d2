// SPDX-License-Identifier: BSD-3-Clause
#include "actors/datatype/register.hpp"

#include "messages/codec/packed.hpp"

#include <algorithm>
#include <limits>
#include <tuple>

namespace troupe::last_value {
namespace {

constexpr std::uint8_t save_version = 1;

class register_outlook final : public data_type::outlook {
public:
  explicit register_outlook(const replica& of) : of_(of) {}

  expected<bytes, std::string> prepare(const command& what) const override {
    if (what.action != "set")
      return unexpected(std::string{name(register_errc::unknown_action)});
    if (what.arguments.size() != 1)
      return unexpected(std::string{name(register_errc::bad_argument)});
    if (what.arguments[0].size() > value_size_max)
      return unexpected(std::string{name(register_errc::value_too_long)});
    if (known() == std::numeric_limits<std::uint64_t>::max())
      return unexpected(std::string{name(register_errc::counter_exhausted)});
    return encode({known() + 1, as_bytes(what.arguments[0])});
  }

  std::optional<std::string> admit(byte_view operation) override {
    const auto what = decode(operation);
    if (!what)
      return std::string{name(register_errc::malformed)};
    if (what->counter > known() && what->counter - known() > counter_ahead_max)
      return std::string{name(register_errc::counter_ahead)};
    underway_ = std::max(underway_, what->counter);
    return std::nullopt;
  }

private:
  std::uint64_t known() const { return std::max(underway_, of_.counter()); }

  const replica& of_;
  std::uint64_t underway_ = 0; ///< the highest counter of the source's own writes
};

} // namespace

std::string_view name(register_errc code) {
  switch (code) {
  case register_errc::counter_ahead:
    return "CounterAhead";
  case register_errc::counter_exhausted:
    return "CounterExhausted";
  case register_errc::value_too_long:
    return "ValueTooLong";
  case register_errc::malformed:
    return "Malformed";
  case register_errc::unknown_action:
    return "UnknownAction";
  case register_errc::bad_argument:
    return "BadArgument";
  }
  return "Unknown";
}

std::unique_ptr<data_type::outlook> replica::look_ahead(const peer_id&) const {
  return std::make_unique<register_outlook>(*this);
}

void replica::apply(const peer_id& source, byte_view operation) {
  const auto what = decode(operation);
  // A source that uses a counter twice is applied in its own order everywhere, so its first write stands.
  if (!what || std::tie(what->counter, source) <= std::tie(counter_, writer_))
    return;
  counter_ = what->counter;
  writer_ = source;
  value_.assign(what->value.begin(), what->value.end());
}

std::string replica::read() const {
  return counter_ == 0 ? "(unset)" : printed(value_);
}

digest replica::state() const {
  return sha256(save());
}

bytes replica::save() const {
  return packer{}.u8(save_version).u64(counter_).id(writer_).text(value_).take();
}

bool replica::load(byte_view saved) {
  unpacker from{saved};
  const auto version = from.u8();
  const auto counter = from.u64();
  const auto writer = from.id();
  const auto value = from.text();
  if (!from.done() || version != save_version || value.size() > value_size_max)
    return false;
  if (writer.empty() != (counter == 0) || (counter == 0 && !value.empty()))
    return false;
  counter_ = counter;
  writer_ = writer;
  value_ = to_bytes(value);
  return true;
}

} // namespace troupe::last_value
