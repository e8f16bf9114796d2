// SPDX-License-Identifier: BSD-3-Clause
// A storage whose calls fail when told to: the disk that is full, the sync that the kernel reports once. It
// also counts calls that change something, for tests which say that nothing was changed.
#pragma once

#include "actors/store/storage.hpp"

#include <algorithm>
#include <map>
#include <memory>

namespace troupe::test {

class faulty_storage : public store::storage {
public:
  enum class call : std::uint8_t { list, read, create, append, truncate, sync, remove };
  using outcome = expected<void, store::store_errc>;

  explicit faulty_storage(std::shared_ptr<store::storage> inner) : inner_(std::move(inner)) {}

  /// Every call of this kind fails from now on.
  void fail(call which, store::store_errc why) { faults_[which] = why; }
  void heal() { faults_.clear(); }

  std::size_t written_anyway = 0; ///< bytes that a failing append leaves behind
  std::size_t changes = 0;        ///< calls that could have changed a file
  std::size_t syncs = 0;

  expected<std::vector<std::string>, store::store_errc> list() override {
    if (const auto fault = fault_of(call::list); !fault)
      return unexpected(fault.error());
    return inner_->list();
  }
  expected<bytes, store::store_errc> read(const std::string& name) override {
    if (const auto fault = fault_of(call::read); !fault)
      return unexpected(fault.error());
    return inner_->read(name);
  }
  outcome create(const std::string& name, byte_view content) override {
    ++changes;
    const auto fault = fault_of(call::create);
    return fault ? inner_->create(name, content) : fault;
  }
  outcome append(const std::string& name, byte_view data) override {
    ++changes;
    const auto fault = fault_of(call::append);
    if (fault)
      return inner_->append(name, data);
    static_cast<void>(inner_->append(name, data.first(std::min(written_anyway, data.size()))));
    return fault;
  }
  outcome truncate(const std::string& name, std::size_t size) override {
    ++changes;
    const auto fault = fault_of(call::truncate);
    return fault ? inner_->truncate(name, size) : fault;
  }
  outcome sync(const std::string& name) override {
    ++syncs;
    const auto fault = fault_of(call::sync);
    return fault ? inner_->sync(name) : fault;
  }
  outcome remove(const std::string& name) override {
    ++changes;
    const auto fault = fault_of(call::remove);
    return fault ? inner_->remove(name) : fault;
  }

private:
  outcome fault_of(call which) const {
    const auto found = faults_.find(which);
    if (found == faults_.end())
      return {};
    return unexpected(found->second);
  }

  std::shared_ptr<store::storage> inner_;
  std::map<call, store::store_errc> faults_;
};

} // namespace troupe::test
