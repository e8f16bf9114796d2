// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/typed_group.hpp"

#include "actors/brb/quorum.hpp"
#include "tests/support/agreement_cluster.hpp"

#include <catch2/catch.hpp>

#include <numeric>

namespace troupe::test {

typed_group::typed_group(std::size_t size, maker make) : agreed_(size) {
  for (std::size_t i = 0; i < size; ++i) {
    member one{make(), {}, std::vector<std::size_t>(size)};
    for (std::size_t source = 0; source < size; ++source)
      one.judges.push_back(one.type->look_ahead(actor_number(source)));
    replicas_.push_back(std::move(one));
  }
}

std::string typed_group::execute(std::size_t source, const command& what) {
  const auto operation = replicas_[source].judges[source]->prepare(what);
  if (!operation)
    return operation.error();
  return propose(source, *operation) ? "" : "NoQuorum";
}

bool typed_group::propose(std::size_t source, const bytes& operation) {
  std::vector<std::size_t> all(size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return propose(source, operation, all);
}

bool typed_group::propose(std::size_t source, const bytes& operation,
                          const std::vector<std::size_t>& judges) {
  std::size_t echoes = 0;
  for (const auto judge : judges) {
    const bool admitted = !replicas_[judge].judges[source]->admit(operation);
    echoes += admitted ? 1 : 0;
    refusals_ += admitted ? 0 : 1;
  }
  const bool agreed = echoes >= brb::quorum(size());
  if (agreed)
    agreed_[source].push_back(operation);
  return agreed;
}

bool typed_group::deliver(std::size_t replica, std::size_t source) {
  auto& next = replicas_[replica].applied[source];
  if (next == agreed_[source].size())
    return false;
  replicas_[replica].type->apply(actor_number(source), agreed_[source][next++]);
  return true;
}

void typed_group::deliver_all() {
  for (std::size_t replica = 0; replica < size(); ++replica)
    for (std::size_t source = 0; source < size(); ++source)
      while (deliver(replica, source)) {
      }
}

bool typed_group::agrees() const {
  const auto& first = *replicas_.front().type;
  for (const auto& other : replicas_)
    if (other.type->state() != first.state() || other.type->save() != first.save())
      return false;
  return true;
}

std::size_t typed_group::underway(std::size_t replica) const {
  std::size_t count = 0;
  for (std::size_t source = 0; source < size(); ++source)
    count += agreed_[source].size() - replicas_[replica].applied[source];
  return count;
}

std::vector<sourced> interleaved(const std::vector<std::vector<sourced>>& by_source,
                                 const std::vector<std::uint8_t>& choices) {
  std::vector<std::size_t> next(by_source.size());
  std::vector<sourced> result;
  const auto take = [&](std::size_t source) {
    if (next[source] < by_source[source].size())
      result.push_back(by_source[source][next[source]++]);
  };
  for (const auto choice : choices)
    take(choice % by_source.size());
  for (std::size_t source = 0; source < by_source.size(); ++source)
    while (next[source] < by_source[source].size())
      take(source);
  return result;
}

void require_saved(const data_type& of, data_type& fresh) {
  const auto saved = of.save();
  const auto before = fresh.state();
  for (std::size_t size = 0; size < saved.size(); ++size) {
    REQUIRE_FALSE(fresh.load(byte_view{saved}.first(size)));
    REQUIRE(fresh.state() == before);
  }
  auto longer = saved;
  longer.push_back(0);
  REQUIRE_FALSE(fresh.load(longer));
  REQUIRE(fresh.state() == before);
  REQUIRE(fresh.load(saved));
  REQUIRE(fresh.state() == of.state());
  REQUIRE(fresh.save() == saved);
  REQUIRE(fresh.read() == of.read());
}

void require_unmoved(data_type& type, const peer_id& source, const std::vector<bytes>& garbage) {
  const auto before = type.save();
  const auto judge = type.look_ahead(source);
  for (const auto& one : garbage) {
    REQUIRE(judge->admit(one) == "Malformed");
    type.apply(source, one);
    REQUIRE(type.save() == before);
  }
}

} // namespace troupe::test
