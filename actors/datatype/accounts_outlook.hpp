// SPDX-License-Identifier: BSD-3-Clause
// What one owner may still do with his account, his transfers on their way counted as spent: no order of
// arrival lets him spend twice. Owned by who judges the owner's operations; not beyond its replica's life.
#pragma once

#include "actors/datatype/accounts.hpp"

#include <deque>

namespace troupe::accounts {

class owner_outlook final : public data_type::outlook {
public:
  owner_outlook(const replica& of, const peer_id& owner) : of_(of), owner_(owner) {}

  expected<bytes, std::string> prepare(const command& what) const override;
  std::optional<std::string> admit(byte_view operation) override;

private:
  struct spent {
    std::uint64_t counter;
    std::uint64_t amount; ///< 0 for a transfer to the owner himself
  };

  std::optional<accounts_errc> judge(const operation& op, std::size_t most_accounts) const;
  expected<operation, accounts_errc> read(const command& what) const;
  void forget_applied();
  std::uint64_t last_transfer() const;
  wide funds() const;
  bool open() const { return opening_.has_value() || of_.at(owner_).open; }

  const replica& of_;
  peer_id owner_;
  std::optional<std::uint64_t> opening_; ///< the balance of an opening on its way, or one applied since
  std::deque<spent> underway_;           ///< counters ascending; those applied since are at the front
  wide underway_sum_ = 0;
};

} // namespace troupe::accounts
