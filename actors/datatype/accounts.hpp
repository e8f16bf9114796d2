// SPDX-License-Identifier: BSD-3-Clause
// Accounts and transfers between them without consensus (AT2): each source opens one account and spends from
// it alone, so the order of each source is enough. Balances are kept, not added up from a history; a transfer
// is named by its source and its number and depends on no other by name. Source: spec: brb 4.
#pragma once

#include "actors/datatype/data_type.hpp"
#include "messages/codec/accounts_codec.hpp"

#include <map>

namespace troupe::accounts {

/// Wide enough for the sum of every account any group can open, below zero too.
__extension__ typedef __int128 wide;

constexpr std::size_t accounts_max = 65'536; ///< open; `open` is refused above it
/// How far others may be above accounts_max when they judge, so that those who open at once do not wedge.
constexpr std::size_t accounts_slack = 1024;
constexpr std::size_t underway_max = 65'536; ///< transfers of a source that are on their way

enum class accounts_errc : std::uint8_t {
  not_initiated_by_account_owner = 1, ///< the owner is not the source
  owner_already_has_an_account = 2,
  from_account_does_not_exist = 3,
  to_account_does_not_exist = 4, ///< or not yet; the source sends again
  insufficient_funds = 5,        ///< or what came in is not known yet; the source sends again
  transfer_not_next = 6,         ///< its counter is not the one after the owner's last transfer
  too_many_accounts = 7,         ///< over accounts_max
  too_many_underway = 8,         ///< over underway_max
  malformed = 9,                 ///< not an operation of this type
  unknown_action = 10,           ///< a command other than open and transfer
  bad_argument = 11,             ///< not the arguments of the command
  account_does_not_exist = 12,   ///< whose balance is asked
};
/// Those of the original as it prints them.
std::string_view name(accounts_errc code);

struct account {
  bool open = false; ///< false if money came in before the opening
  /// The opening balance and what came in, less what went out. Below zero while what came in is not known
  /// yet.
  wide balance = 0;
  std::uint64_t transfers = 0; ///< the counter of the owner's last one
};

/// Commands: `open BALANCE`, `transfer PEER_ID AMOUNT`.
class replica final : public data_type {
public:
  std::unique_ptr<outlook> look_ahead(const peer_id& source) const override;
  void apply(const peer_id& source, byte_view operation) override;
  /// The open accounts, e.g. "{i:3497d6: 95, i:8a4e12: 5}", ascending by id.
  std::string read() const override;
  /// `balance PEER_ID`: that balance, e.g. "95".
  expected<std::string, std::string> answer(const command& question) const override;
  digest state() const override;
  bytes save() const override;
  bool load(byte_view saved) override;

  /// Nothing if the account is not open.
  std::optional<wide> balance(const peer_id& owner) const;
  account at(const peer_id& owner) const;
  std::size_t size() const { return accounts_.size(); }

private:
  std::map<peer_id, account> accounts_;
};

} // namespace troupe::accounts
