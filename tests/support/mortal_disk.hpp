// SPDX-License-Identifier: BSD-3-Clause
// A disk whose process dies at its n-th call that changes something, be it of files or of records: before the
// call, in the middle of it, or after it was done but not heard of. Nothing that is called later has an
// effect. Tests go through every n.
#pragma once

#include "actors/store/memory_record_store.hpp"
#include "actors/store/memory_storage.hpp"

#include <memory>

namespace troupe::test {

class death {
public:
  enum class moment : std::uint8_t { before, within, after };
  using outcome = expected<void, store::store_errc>;

  /// The call after `calls` more.
  void comes_after(std::size_t calls, moment when) {
    armed_ = true;
    calls_left_ = calls;
    when_ = when;
  }
  bool happened() const { return happened_; }
  /// Another process begins, without a death before it.
  void undo() { armed_ = happened_ = false; }
  std::size_t calls() const { return calls_; } ///< of all processes

  template <class Part, class Call>
  outcome step(Part part, Call call) {
    if (happened_)
      return unexpected(store::store_errc::io_failed);
    ++calls_;
    if (!armed_ || calls_left_-- > 0)
      return call();
    happened_ = true;
    if (when_ == moment::within)
      part();
    if (when_ == moment::after)
      static_cast<void>(call());
    return unexpected(store::store_errc::io_failed);
  }

private:
  bool armed_ = false;
  bool happened_ = false;
  std::size_t calls_ = 0;
  std::size_t calls_left_ = 0;
  moment when_ = moment::before;
};

class mortal_storage : public store::storage {
public:
  using outcome = death::outcome;

  mortal_storage(std::shared_ptr<store::memory_storage> inner, std::shared_ptr<death> end)
    : inner_(std::move(inner)), end_(std::move(end)) {}

  expected<std::vector<std::string>, store::store_errc> list() override { return inner_->list(); }
  expected<bytes, store::store_errc> read(const std::string& name) override { return inner_->read(name); }
  outcome create(const std::string& name, byte_view content) override {
    return whole([&] { return inner_->create(name, content); });
  }
  outcome append(const std::string& name, byte_view data) override {
    return end_->step([&] { static_cast<void>(inner_->append(name, data.first(data.size() / 2))); },
                      [&] { return inner_->append(name, data); });
  }
  outcome truncate(const std::string& name, std::size_t size) override {
    return whole([&] { return inner_->truncate(name, size); });
  }
  outcome sync(const std::string& name) override {
    return whole([&] { return inner_->sync(name); });
  }
  outcome remove(const std::string& name) override {
    return whole([&] { return inner_->remove(name); });
  }

private:
  template <class Call>
  outcome whole(Call call) {
    return end_->step([] {}, call);
  }

  std::shared_ptr<store::memory_storage> inner_;
  std::shared_ptr<death> end_;
};

class mortal_records : public store::record_store {
public:
  using outcome = death::outcome;

  mortal_records(std::shared_ptr<store::memory_record_store> inner, std::shared_ptr<death> end)
    : inner_(std::move(inner)), end_(std::move(end)) {}

  outcome write(const std::vector<store::record_change>& changes) override {
    return end_->step([] {}, [&] { return inner_->write(changes); });
  }
  outcome sync() override {
    return end_->step([] {}, [&] { return inner_->sync(); });
  }
  expected<std::optional<bytes>, store::store_errc> read(byte_view key) override { return inner_->read(key); }
  expected<std::vector<store::record>, store::store_errc> scan(byte_view from, byte_view until,
                                                               std::size_t bytes_max) override {
    return inner_->scan(from, until, bytes_max);
  }

private:
  std::shared_ptr<store::memory_record_store> inner_;
  std::shared_ptr<death> end_;
};

} // namespace troupe::test
