// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/cluster/disk.hpp"

#include <algorithm>
#include <utility>

namespace troupe::lab {

void disk::lose_power(std::size_t kept) {
  const std::scoped_lock lock{guard_};
  powerless_ = true;
  kept_ = kept;
}

void disk::fill() {
  const std::scoped_lock lock{guard_};
  full_ = true;
}

void disk::tear_next(std::size_t kept) {
  const std::scoped_lock lock{guard_};
  kept_ = kept;
}

void disk::fail_syncs() {
  const std::scoped_lock lock{guard_};
  failing_syncs_ = true;
}

void disk::heal() {
  const std::scoped_lock lock{guard_};
  powerless_ = false;
  full_ = false;
  failing_syncs_ = false;
  kept_.reset();
}

bool disk::flip(std::uint64_t drawn) {
  const std::scoped_lock lock{guard_};
  const auto names = platter_.list();
  if (!names || names->empty())
    return false;
  const auto& name = *std::max_element(names->begin(), names->end());
  const auto content = platter_.read(name);
  if (!content || content->empty())
    return false;
  platter_.flip(name, static_cast<std::size_t>(drawn / 8 % content->size()),
                static_cast<unsigned>(drawn % 8));
  return true;
}

void disk::flip_checkpoint(std::uint64_t drawn) {
  const std::scoped_lock lock{guard_};
  std::vector<bytes> keys;
  for (auto& key : records_.durable_keys())
    if (as_text(key).starts_with("checkpoint/"))
      keys.push_back(std::move(key));
  if (!keys.empty())
    records_.flip(keys[drawn % keys.size()], static_cast<std::size_t>(drawn / 64),
                  static_cast<unsigned>(drawn / 8 % 8));
}

void disk::lose() {
  const std::scoped_lock lock{guard_};
  platter_ = {};
  records_ = {};
}

void disk::forget() {
  const std::scoped_lock lock{guard_};
  records_.lose_unsynced();
}

std::shared_ptr<store::memory_storage> disk::copy() const {
  const std::scoped_lock lock{guard_};
  return std::make_shared<store::memory_storage>(platter_);
}

expected<std::vector<std::string>, store::store_errc> disk::list() {
  const std::scoped_lock lock{guard_};
  return platter_.list();
}

expected<bytes, store::store_errc> disk::read(const std::string& name) {
  const std::scoped_lock lock{guard_};
  return platter_.read(name);
}

disk::outcome disk::create(const std::string& name, byte_view content) {
  const std::scoped_lock lock{guard_};
  if (powerless_ || full_)
    return unexpected(full_ ? store::store_errc::no_space : store::store_errc::io_failed);
  return platter_.create(name, content);
}

disk::outcome disk::append(const std::string& name, byte_view data) {
  const std::scoped_lock lock{guard_};
  if (full_)
    return unexpected(store::store_errc::no_space);
  if (kept_) {
    static_cast<void>(platter_.append(name, data.first(std::min(*std::exchange(kept_, {}), data.size()))));
    return unexpected(store::store_errc::io_failed);
  }
  if (powerless_)
    return unexpected(store::store_errc::io_failed);
  return platter_.append(name, data);
}

disk::outcome disk::truncate(const std::string& name, std::size_t size) {
  const std::scoped_lock lock{guard_};
  if (powerless_)
    return unexpected(store::store_errc::io_failed);
  return platter_.truncate(name, size);
}

disk::outcome disk::sync(const std::string& name) {
  const std::scoped_lock lock{guard_};
  if (powerless_ || failing_syncs_)
    return unexpected(store::store_errc::io_failed);
  return platter_.sync(name);
}

disk::outcome disk::remove(const std::string& name) {
  const std::scoped_lock lock{guard_};
  if (powerless_)
    return unexpected(store::store_errc::io_failed);
  return platter_.remove(name);
}

disk::outcome disk::write(const std::vector<store::record_change>& changes) {
  const std::scoped_lock lock{guard_};
  return records_.write(changes);
}

expected<std::optional<bytes>, store::store_errc> disk::read(byte_view key) {
  const std::scoped_lock lock{guard_};
  return records_.read(key);
}

expected<std::vector<store::record>, store::store_errc> disk::scan(byte_view from, byte_view until,
                                                                   std::size_t bytes_max) {
  const std::scoped_lock lock{guard_};
  return records_.scan(from, until, bytes_max);
}

disk::outcome disk::sync() {
  const std::scoped_lock lock{guard_};
  if (full_)
    return unexpected(store::store_errc::no_space);
  if (powerless_ || failing_syncs_)
    return unexpected(store::store_errc::io_failed);
  return records_.sync();
}

} // namespace troupe::lab
