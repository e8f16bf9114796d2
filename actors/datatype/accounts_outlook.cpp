// SPDX-License-Identifier: BSD-3-Clause
#include "actors/datatype/accounts_outlook.hpp"

#include "messages/codec/peer_id_text.hpp"

#include <charconv>

namespace troupe::accounts {
namespace {

std::optional<std::uint64_t> amount_of(const std::string& text) {
  std::uint64_t value = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, value);
  return problem == std::errc{} && stop == end ? std::optional{value} : std::nullopt;
}

std::optional<peer_id> actor_named(const std::string& text) {
  const auto who = parse_peer_id(text);
  return who && who->ed25519_key() ? std::optional{*who} : std::nullopt;
}

} // namespace

std::uint64_t owner_outlook::last_transfer() const {
  const auto applied = of_.at(owner_).transfers;
  return underway_.empty() ? applied : std::max(applied, underway_.back().counter);
}

wide owner_outlook::funds() const {
  const auto own = of_.at(owner_);
  auto left = own.balance;
  if (!own.open)
    left += opening_.value_or(0);
  left -= underway_sum_;
  for (auto applied = underway_.begin(); applied != underway_.end() && applied->counter <= own.transfers;
       ++applied)
    left += applied->amount;
  return left;
}

void owner_outlook::forget_applied() {
  const auto applied = of_.at(owner_).transfers;
  while (!underway_.empty() && underway_.front().counter <= applied) {
    underway_sum_ -= underway_.front().amount;
    underway_.pop_front();
  }
}

std::optional<accounts_errc> owner_outlook::judge(const operation& op, std::size_t most_accounts) const {
  if (op.owner != owner_)
    return accounts_errc::not_initiated_by_account_owner;
  if (op.what == action::open) {
    if (open())
      return accounts_errc::owner_already_has_an_account;
    if (of_.size() >= most_accounts)
      return accounts_errc::too_many_accounts;
    return std::nullopt;
  }
  if (!open())
    return accounts_errc::from_account_does_not_exist;
  if (op.to != owner_ && !of_.at(op.to).open)
    return accounts_errc::to_account_does_not_exist;
  if (funds() < static_cast<wide>(op.amount))
    return accounts_errc::insufficient_funds;
  if (op.counter != last_transfer() + 1)
    return accounts_errc::transfer_not_next;
  if (underway_.size() >= underway_max)
    return accounts_errc::too_many_underway;
  return std::nullopt;
}

expected<operation, accounts_errc> owner_outlook::read(const command& what) const {
  operation op{action::open, owner_, 0, {}, 0};
  const bool transfer = what.action == "transfer";
  if (!transfer && what.action != "open")
    return unexpected(accounts_errc::unknown_action);
  if (what.arguments.size() != (transfer ? 2 : 1))
    return unexpected(accounts_errc::bad_argument);
  const auto amount = amount_of(what.arguments.back());
  if (!amount)
    return unexpected(accounts_errc::bad_argument);
  op.amount = *amount;
  if (!transfer)
    return op;
  const auto to = actor_named(what.arguments[0]);
  if (!to)
    return unexpected(accounts_errc::bad_argument);
  op.what = action::transfer;
  op.counter = last_transfer() + 1;
  op.to = *to;
  return op;
}

expected<bytes, std::string> owner_outlook::prepare(const command& what) const {
  const auto op = read(what);
  const auto wrong = op ? judge(*op, accounts_max) : std::optional{op.error()};
  if (wrong)
    return unexpected(std::string{name(*wrong)});
  return encode(*op);
}

std::optional<std::string> owner_outlook::admit(byte_view operation) {
  forget_applied();
  const auto op = decode(operation);
  const auto wrong = op ? judge(*op, accounts_max + accounts_slack) : std::optional{accounts_errc::malformed};
  if (wrong)
    return std::string{name(*wrong)};
  if (op->what == action::open) {
    opening_ = op->amount;
    return std::nullopt;
  }
  underway_.push_back({op->counter, op->to == owner_ ? 0 : op->amount});
  underway_sum_ += underway_.back().amount;
  return std::nullopt;
}

std::unique_ptr<data_type::outlook> replica::look_ahead(const peer_id& source) const {
  return std::make_unique<owner_outlook>(*this, source);
}

} // namespace troupe::accounts
