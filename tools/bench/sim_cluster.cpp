// SPDX-License-Identifier: BSD-3-Clause
#include "tools/bench/sim_cluster.hpp"

namespace troupe::bench {
namespace {

constexpr duration stop_limit = std::chrono::seconds{30};
constexpr std::uint64_t events_between_looks = 1000; // as an experiment has it
constexpr std::uint64_t values = 6;

std::shared_ptr<lab::recorder> ears(const lab::scenario& what, lab::sim_venue& at,
                                    std::shared_ptr<const lab::directory> nodes) {
  lab::recorder::options with;
  for (const auto& each : what.checks)
    with.checks.push_back(lab::make_check(each.name));
  with.fold = [&at](std::uint64_t number) { at.fold(number); };
  with.nodes = std::move(nodes);
  with.keeps_windows = false;
  return std::make_shared<lab::recorder>(std::move(with));
}

} // namespace

sim_cluster::sim_cluster(const lab::scenario& what, std::uint64_t seed)
  : what_(what), rng_(seed), tuned_(lab::drawn_tunables(rng_.split("tunables"), what.randomise)),
    directory_(std::make_shared<lab::directory>(what.nodes, rng_.split("cluster"))),
    at_(rng_, tuned_, owners_), heard_(ears(what_, at_, directory_)),
    nodes_({&what_, rng_.split("cluster"), &at_, directory_, tuned_, owners_, heard_,
            std::make_shared<lab::mark_set>()}) {
  at_.world()->set_conditions(what_.network.everywhere);
  at_.after_each_event([this] {
    if (++jobs_ % events_between_looks == 0)
      heard_->look(nodes_, at_.now());
  });
}

sim_cluster::~sim_cluster() {
  loading_ = false;
  nodes_.stop_all(stop_limit);
  at_.after_each_event(nullptr);
  nodes_.finish();
}

void sim_cluster::start() {
  nodes_.start_all();
}

void sim_cluster::load(std::size_t in_flight) {
  loading_ = true;
  for (const auto voter : nodes_.voters())
    for (std::size_t i = 0; i < in_flight; ++i)
      ask(voter);
}

void sim_cluster::ask(lab::node_index on) {
  nodes_.life(on)->execute({"add", 1 + ++next_ % values, lab::answer_kind::delivered},
                           [this, on](const std::string& error) {
                             ++(error.empty() ? done_ : failed_);
                             if (loading_)
                               ask(on);
                           });
}

} // namespace troupe::bench
