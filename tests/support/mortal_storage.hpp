// SPDX-License-Identifier: BSD-3-Clause
// A storage whose process dies at its n-th call that changes something: before the call, in the middle of it,
// or after it was done but not heard of. Nothing that is called later has an effect. Tests go through every
// n.
#pragma once

#include "actors/store/memory_storage.hpp"

#include <memory>

namespace troupe::test {

class mortal_storage : public store::storage {
public:
  enum class moment : std::uint8_t { before, within, after };
  using outcome = expected<void, store::store_errc>;

  mortal_storage(std::shared_ptr<store::memory_storage> inner, std::size_t last_call, moment when)
    : inner_(std::move(inner)), calls_left_(last_call), when_(when) {}

  bool dead() const { return dead_; }

  expected<std::vector<std::string>, store::store_errc> list() override { return inner_->list(); }
  expected<bytes, store::store_errc> read(const std::string& name) override { return inner_->read(name); }
  outcome create(const std::string& name, byte_view content) override {
    return step([&] { return inner_->create(name, content); });
  }
  outcome append(const std::string& name, byte_view data) override {
    if (!dead_ && calls_left_ == 0 && when_ == moment::within)
      static_cast<void>(inner_->append(name, data.first(data.size() / 2)));
    return step([&] { return inner_->append(name, data); });
  }
  outcome truncate(const std::string& name, std::size_t size) override {
    return step([&] { return inner_->truncate(name, size); });
  }
  outcome sync(const std::string& name) override {
    return step([&] { return inner_->sync(name); });
  }
  outcome remove(const std::string& name) override {
    return step([&] { return inner_->remove(name); });
  }

private:
  template <class Call>
  outcome step(Call call) {
    if (dead_)
      return unexpected(store::store_errc::io_failed);
    if (calls_left_-- > 0)
      return call();
    dead_ = true;
    if (when_ == moment::after)
      static_cast<void>(call());
    return unexpected(store::store_errc::io_failed);
  }

  std::shared_ptr<store::memory_storage> inner_;
  std::size_t calls_left_;
  moment when_;
  bool dead_ = false;
};

} // namespace troupe::test
