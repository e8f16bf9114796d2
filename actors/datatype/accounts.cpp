// SPDX-License-Identifier: BSD-3-Clause
#include "actors/datatype/accounts.hpp"

#include "messages/codec/packed.hpp"
#include "messages/codec/peer_id_text.hpp"

#include <fmt/format.h>

namespace troupe::accounts {
namespace {

constexpr std::uint8_t save_version = 1;

} // namespace

std::string_view name(accounts_errc code) {
  switch (code) {
  case accounts_errc::not_initiated_by_account_owner:
    return "NotInitiatedByAccountOwner";
  case accounts_errc::owner_already_has_an_account:
    return "OwnerAlreadyHasAnAccount";
  case accounts_errc::from_account_does_not_exist:
    return "FromAccountDoesNotExist";
  case accounts_errc::to_account_does_not_exist:
    return "ToAccountDoesNotExist";
  case accounts_errc::insufficient_funds:
    return "InsufficientFunds";
  case accounts_errc::transfer_not_next:
    return "TransferNotNext";
  case accounts_errc::too_many_accounts:
    return "TooManyAccounts";
  case accounts_errc::too_many_underway:
    return "TooManyUnderway";
  case accounts_errc::malformed:
    return "Malformed";
  case accounts_errc::unknown_action:
    return "UnknownAction";
  case accounts_errc::bad_argument:
    return "BadArgument";
  case accounts_errc::account_does_not_exist:
    return "AccountDoesNotExist";
  }
  return "Unknown";
}

account replica::at(const peer_id& owner) const {
  const auto found = accounts_.find(owner);
  return found == accounts_.end() ? account{} : found->second;
}

std::optional<wide> replica::balance(const peer_id& owner) const {
  const auto of = at(owner);
  return of.open ? std::optional{of.balance} : std::nullopt;
}

// What decides here must come from the source's own operations alone: those of others arrive in any order.
// Hence no look at the balance: a quorum has found it sufficient.
void replica::apply(const peer_id& source, byte_view operation) {
  const auto op = decode(operation);
  if (!op || op->owner != source)
    return;
  if (op->what == action::open) {
    auto& own = accounts_[source];
    if (own.open)
      return;
    own.open = true;
    own.balance += op->amount;
    return;
  }
  const auto from = accounts_.find(source);
  if (from == accounts_.end() || !from->second.open || op->counter != from->second.transfers + 1)
    return;
  from->second.balance -= op->amount;
  from->second.transfers = op->counter;
  accounts_[op->to].balance += op->amount;
}

std::string replica::read() const {
  std::string text;
  for (const auto& [owner, of] : accounts_)
    if (of.open)
      text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", short_name(owner), of.balance);
  return "{" + text + "}";
}

expected<std::string, std::string> replica::answer(const command& question) const {
  if (question.arguments.empty())
    return read();
  const auto who = parse_peer_id(question.arguments[0]);
  if (!who || question.arguments.size() != 1)
    return unexpected(std::string{name(accounts_errc::bad_argument)});
  const auto of = balance(*who);
  if (!of)
    return unexpected(std::string{name(accounts_errc::account_does_not_exist)});
  return fmt::format("{}", *of);
}

digest replica::state() const {
  return sha256(save());
}

bytes replica::save() const {
  packer to;
  to.u8(save_version).u32(static_cast<std::uint32_t>(accounts_.size()));
  for (const auto& [owner, of] : accounts_) {
    __extension__ const auto balance = static_cast<unsigned __int128>(of.balance);
    to.id(owner).u8(of.open ? 1 : 0).u64(of.transfers);
    to.u64(static_cast<std::uint64_t>(balance)).u64(static_cast<std::uint64_t>(balance >> 64));
  }
  return to.take();
}

bool replica::load(byte_view saved) {
  unpacker from{saved};
  if (from.u8() != save_version)
    return false;
  std::map<peer_id, account> read;
  for (auto left = from.u32(); left > 0 && from.good(); --left) {
    const auto owner = from.id();
    const auto open = from.u8();
    account of{open == 1, 0, from.u64()};
    const auto low = from.u64();
    __extension__ const auto balance = static_cast<unsigned __int128>(from.u64()) << 64 | low;
    of.balance = static_cast<wide>(balance);
    // Only what is saved ascending saves to the same bytes again.
    const bool ascending = read.empty() || read.rbegin()->first < owner;
    if (owner.empty() || open > 1 || !ascending || (!of.open && of.transfers != 0))
      return false;
    read.emplace_hint(read.end(), owner, of);
  }
  if (!from.done())
    return false;
  accounts_ = std::move(read);
  return true;
}

} // namespace troupe::accounts
