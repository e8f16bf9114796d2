// SPDX-License-Identifier: BSD-3-Clause
// The properties of brb_dt_orswot (spec: brb 5) on whole nodes: up to seven, more operations than there, and
// in the interpreter a schedule that loses nothing but everything's order.
#include "tests/support/agreement_cluster.hpp"
#include "tests/support/orswot_reference.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <rapidcheck/catch.h>

using namespace troupe;
using namespace troupe::test;

namespace {

std::string text_of(const std::set<std::uint64_t>& values) {
  return fmt::format("{{{}}}", fmt::join(values, ", "));
}

template <class Value>
std::vector<Value> at_most(std::size_t count) {
  return *rc::gen::resize(static_cast<int>(count), rc::gen::arbitrary<std::vector<Value>>());
}

std::vector<orswot::operation> delivered_by(const agreement_node& node) {
  std::vector<orswot::operation> all;
  const auto restored = brb::replay(node.records, cluster_network);
  for (const auto& [source, promises] : restored.sources)
    for (const auto& record : promises)
      if (const auto* done = std::get_if<delivered_promise>(&record))
        all.push_back(*orswot::decode(done->what->payload));
  return all;
}

/// One of seven nodes founds the group; the rest asks it to catch up, joins, adds, removes and leaves.
class interpreter {
public:
  void obey(const std::array<std::uint8_t, 4>& instruction) {
    const auto [kind, who, other, value] = instruction;
    auto& one = cluster_[who % cluster_.size()];
    switch (kind % 8) {
    case 0:
      one.execute("add", value % 5);
      break;
    case 1:
      one.execute("remove", value % 5);
      break;
    case 2:
      static_cast<void>(one.join(other % cluster_.size()));
      break;
    case 3:
      if (one.members().size() > 1)
        static_cast<void>(one.leave(other % cluster_.size()));
      break;
    case 4:
      if (other % cluster_.size() != who % cluster_.size())
        one.ask(other % cluster_.size());
      break;
    default:
      for (int i = value % 16; i >= 0; --i)
        cluster_.deliver_random();
    }
  }

  agreement_cluster& settled() {
    for (int round = 0; round < 6; ++round) {
      cluster_.now += std::chrono::seconds{3}; // a question that waits for its turn gets it
      cluster_.anti_entropy_round();
      cluster_.expire_all();
      cluster_.run();
    }
    return cluster_;
  }

private:
  agreement_cluster cluster_{7, 1};
};

} // namespace

TEST_CASE("orswot: prop_adds_show_up_on_read", "[sim][brb]") {
  rc::prop("what is added by anybody is read by all", [] {
    const auto size = *rc::gen::inRange<std::size_t>(1, 8);
    const auto values = at_most<std::uint8_t>(20);
    agreement_cluster cluster(size, size);
    std::size_t next = 0;
    for (const auto value : values) {
      cluster[next++ % size].execute("add", value);
      if (*rc::gen::arbitrary<bool>())
        cluster.run();
    }
    for (int round = 0; round < 2; ++round) {
      cluster.run();
      cluster.expire_all();
    }
    RC_ASSERT(cluster.all_read(text_of({values.begin(), values.end()})));
    for (const auto& node : cluster.nodes)
      RC_ASSERT(node->quiet());
  });
}

TEST_CASE("orswot: prop_adds_and_removes_behave_as_hashset", "[sim][brb]") {
  rc::prop("one after the other by turns they are those of a set", [] {
    const auto size = *rc::gen::inRange<std::size_t>(1, 8);
    agreement_cluster cluster(size, size);
    std::set<std::uint64_t> model;
    std::size_t next = 0;
    for (const auto& [value, adds] : at_most<std::pair<std::uint8_t, bool>>(20)) {
      const auto which = std::uint64_t{value} % 8;
      cluster[next++ % size].execute(adds ? "add" : "remove", which);
      cluster.run();
      if (adds)
        model.insert(which);
      else
        model.erase(which);
      RC_ASSERT(cluster.all_read(text_of(model)));
    }
  });
}

TEST_CASE("orswot: prop_interpreter", "[sim][brb]") {
  rc::prop("members of the last generation read what the definition says of what they delivered", [] {
    interpreter run;
    for (const auto& instruction : at_most<std::array<std::uint8_t, 4>>(60))
      run.obey(instruction);
    auto& cluster = run.settled();
    generation last{0};
    for (const auto& node : cluster.nodes)
      last = std::max(last, node->view().gen);
    std::optional<std::string> read;
    for (const auto& node : cluster.nodes) {
      if (node->view().gen != last || !node->members().contains(node->id))
        continue;
      const auto now = node->read();
      RC_ASSERT(now == text_of(reference_values(delivered_by(*node))));
      RC_ASSERT(read.value_or(now) == now);
      RC_ASSERT(node->quiet());
      read = now;
    }
    RC_ASSERT(read.has_value());
  });
}
