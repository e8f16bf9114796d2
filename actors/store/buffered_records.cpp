// SPDX-License-Identifier: BSD-3-Clause
#include "actors/store/buffered_records.hpp"

#include "messages/coding/crc32c.hpp"

#include <algorithm>

namespace troupe::store {
namespace {

constexpr std::size_t checksum_size = 4;

// The length keeps a byte from wandering between key and value unnoticed.
std::uint32_t checksum_of(byte_view key, byte_view value) {
  const std::uint8_t length = static_cast<std::uint8_t>(key.size());
  return crc32c(value, crc32c(key, crc32c({&length, 1})));
}

std::size_t size_of(const record_change& change) {
  return change.key.size() + (change.value ? change.value->size() : 0);
}

bool fits(const record_change& change) {
  return !change.key.empty() && change.key.size() <= record_key_max &&
         (!change.value || change.value->size() <= record_value_max);
}

bool before(byte_view left, byte_view right) {
  return std::ranges::lexicographical_compare(left, right);
}

/// Collects records until the bytes run out.
class collector {
public:
  collector(byte_view until, std::size_t bytes_max) : until_(until), left_(bytes_max) {}

  /// False if there is no more to come.
  bool take(byte_view key, byte_view sealed) {
    if (!until_.empty() && !before(key, until_))
      return false;
    const auto value = unseal_record(key, sealed);
    const auto size = key.size() + (value ? value->size() : 0);
    if (!found_.empty() && size > left_)
      return false;
    found_.push_back({to_bytes(key), value ? to_bytes(*value) : bytes{}, !value});
    left_ -= std::min(left_, size);
    return left_ > 0;
  }
  std::vector<record> found() && { return std::move(found_); }

private:
  byte_view until_;
  std::size_t left_;
  std::vector<record> found_;
};

} // namespace

bytes seal_record(byte_view key, byte_view value) {
  const auto sum = checksum_of(key, value);
  bytes sealed;
  sealed.reserve(checksum_size + value.size());
  for (unsigned shift = 0; shift < 8 * checksum_size; shift += 8)
    sealed.push_back(static_cast<std::uint8_t>(sum >> shift));
  sealed.insert(sealed.end(), value.begin(), value.end());
  return sealed;
}

std::optional<byte_view> unseal_record(byte_view key, byte_view sealed) {
  if (key.size() > record_key_max || sealed.size() < checksum_size)
    return std::nullopt;
  const auto value = sealed.subspan(checksum_size);
  auto sum = checksum_of(key, value);
  for (std::size_t i = 0; i < checksum_size; ++i, sum >>= 8)
    if (sealed[i] != static_cast<std::uint8_t>(sum))
      return std::nullopt;
  return value;
}

expected<void, store_errc> buffered_records::write(const std::vector<record_change>& changes) {
  std::size_t size = 0;
  for (const auto& change : changes)
    size += size_of(change);
  if (size > record_changes_max || !std::ranges::all_of(changes, fits))
    return unexpected(store_errc::record_too_long);
  if (!unsynced_.empty() && unsynced_bytes_ + size > unsynced_records_max)
    if (const auto done = sync(); !done)
      return done;
  for (const auto& change : changes)
    unsynced_[change.key] =
      change.value ? std::optional{seal_record(change.key, *change.value)} : std::nullopt;
  unsynced_bytes_ += size;
  return {};
}

expected<std::optional<bytes>, store_errc> buffered_records::read(byte_view key) {
  const auto found = unsynced_.find(to_bytes(key));
  auto sealed =
    found != unsynced_.end() ? expected<std::optional<bytes>, store_errc>{found->second} : load(key);
  if (!sealed || !*sealed)
    return sealed;
  const auto value = unseal_record(key, **sealed);
  if (!value)
    return unexpected(store_errc::record_damaged);
  return to_bytes(*value);
}

expected<std::vector<record>, store_errc> buffered_records::scan(byte_view from, byte_view until,
                                                                 std::size_t bytes_max) {
  collector into{until, bytes_max};
  bool going = true;
  auto waiting = unsynced_.lower_bound(to_bytes(from));
  const auto take_waiting = [&] {
    going = !waiting->second || into.take(waiting->first, *waiting->second);
    ++waiting;
  };
  const auto walked = walk(from, [&](byte_view key, byte_view sealed) {
    while (going && waiting != unsynced_.end() && before(waiting->first, key))
      take_waiting();
    if (going && waiting != unsynced_.end() && std::ranges::equal(waiting->first, key))
      take_waiting(); // it replaces, or erases, the one below
    else if (going)
      going = into.take(key, sealed);
    return going;
  });
  if (!walked)
    return unexpected(walked.error());
  while (going && waiting != unsynced_.end())
    take_waiting();
  return std::move(into).found();
}

expected<void, store_errc> buffered_records::sync() {
  if (unsynced_.empty())
    return {};
  if (const auto done = commit(unsynced_); !done)
    return done;
  forget_unsynced();
  return {};
}

void buffered_records::forget_unsynced() {
  unsynced_.clear();
  unsynced_bytes_ = 0;
}

} // namespace troupe::store
