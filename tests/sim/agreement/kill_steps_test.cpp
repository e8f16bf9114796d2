// SPDX-License-Identifier: BSD-3-Clause
// Goal: wherever between two bytes on its disk a node dies, it contradicts nothing and loses nothing that it
// acknowledged. Method: four simulated nodes under load; one dies at its k-th storage call, before, within or
// after it, and power takes what was not synced; it comes back; in the end all have the same. k goes up until
// the node outlives the load.
#include "tests/support/sim_cluster.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t nodes = 4;
constexpr std::size_t victim = 2;
constexpr std::uint64_t rounds = 4; ///< of the load: each node adds one number in each
constexpr duration agreed_within = 15min;

using promised_slots = std::map<slot_key, digest>;

class run {
public:
  run(std::size_t last_call, death::moment when)
    : cluster_(last_call + 1, nodes), last_call_(last_call), when_(when) {}

  /// Empty, or what is wrong.
  std::string go() {
    transport::link_conditions mild;
    mild.delay_mean = 1ms;
    mild.jitter = 1ms;
    cluster_.world().set_conditions(mild);
    for (std::size_t i = 0; i < nodes; ++i)
      cluster_.start(i);
    cluster_.die_after(victim, last_call_, when_);
    for (std::size_t i = 0; i < nodes; ++i)
      for (std::size_t other = 0; other < nodes; ++other)
        cluster_.trust(i, other);
    pass(1s);
    for (std::uint64_t round = 0; round < rounds; ++round) {
      for (std::size_t i = 0; i < nodes; ++i)
        add(i, round * nodes + i + 1);
      pass(200ms);
    }
    outlived_ = !died_ && !cluster_.dead(victim);
    const auto end = time() + agreed_within;
    while (!agreed() && time() < end)
      pass(1s);
    judge();
    if (!cluster_.stop_all(30s))
      complain("a tree did not stop");
    return wrong_;
  }
  bool outlived() const { return outlived_; }

private:
  duration time() { return cluster_.scheduler().now().time_since_epoch(); }
  void complain(const std::string& what) { wrong_ += what + "; "; }

  /// In steps so short that a dead node says little more.
  void pass(duration span) {
    for (const auto end = time() + span; time() < end;) {
      cluster_.scheduler().run_for(1ms);
      if (!died_ && cluster_.dead(victim))
        come_back();
    }
  }
  void come_back() {
    died_ = true;
    before_ = promised();
    if (cluster_.crash(victim) != 0)
      complain("actors outlived the crash");
    cluster_.start(victim);
    for (std::size_t other = 0; other < nodes; ++other)
      cluster_.trust(victim, other); // what was refused as the disk was dead
  }
  /// What the others may have heard of the victim: of its memory what it had stored, or believed to have.
  promised_slots promised() {
    auto all = cluster_.locked(victim);
    for (const auto& [where, what] : cluster_.delivered(victim))
      all.emplace(where, brb::header_digest(sim_cluster::network(), what->header));
    return all;
  }
  void add(std::size_t on, std::uint64_t value) {
    if (!cluster_.up(on))
      return;
    cluster_.execute(on, "add", value, [this, value](const std::string& error) {
      if (error.empty())
        acknowledged_.insert(value);
    });
  }
  bool agreed() {
    std::vector<std::shared_ptr<sim_cluster::status>> told;
    for (std::size_t i = 0; i < nodes; ++i)
      told.push_back(cluster_.ask(i));
    pass(10ms);
    for (const auto& one : told) {
      if (!one->values || *one->values != *told.front()->values)
        return false;
      for (const auto value : acknowledged_)
        if (!one->values->contains(value))
          return false;
    }
    return true;
  }
  void judge() {
    if (!agreed())
      complain("the nodes did not agree on all that was acknowledged");
    if (acknowledged_.empty())
      complain("nothing was acknowledged");
    std::map<slot_key, digest> agreed_on;
    for (std::size_t i = 0; i < nodes; ++i)
      for (const auto& [where, what] : cluster_.delivered(i)) {
        const auto which = brb::header_digest(sim_cluster::network(), what->header);
        if (const auto [at, first] = agreed_on.emplace(where, which); !first && at->second != which)
          complain("two operations were delivered in one slot");
      }
    const auto after = promised();
    for (const auto& [where, which] : before_)
      for (const auto* later : std::initializer_list<const promised_slots*>{&after, &agreed_on})
        if (const auto found = later->find(where); found != later->end() && found->second != which)
          complain("a slot was promised to two operations");
  }

  sim_cluster cluster_;
  std::size_t last_call_;
  death::moment when_;
  bool died_ = false;
  bool outlived_ = false;
  promised_slots before_;
  std::set<std::uint64_t> acknowledged_;
  std::string wrong_;
};

void die_everywhere(death::moment when) {
  std::size_t last_call = 0;
  for (bool outlived = false; !outlived; ++last_call) {
    run one{last_call, when};
    INFO("dies at storage call " << last_call);
    REQUIRE(one.go().empty());
    outlived = one.outlived();
    REQUIRE(last_call < 2000);
  }
  REQUIRE(last_call > 20); // it did store
}

} // namespace

TEST_CASE("kill steps: a node may die before any storage call", "[sim][kill]") {
  die_everywhere(death::moment::before);
}

TEST_CASE("kill steps: a node may die within any storage call", "[sim][kill]") {
  die_everywhere(death::moment::within);
}

TEST_CASE("kill steps: a node may die after any storage call", "[sim][kill]") {
  die_everywhere(death::moment::after);
}
