// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/run/experiment.hpp"

#include "tools/lab/cluster/sim_venue.hpp"
#include "tools/lab/nemesis/nemesis.hpp"
#include "tools/lab/run/quiet_phase.hpp"
#include "tools/lab/run/recorder.hpp"
#include "tools/lab/scenario/scenario_names.hpp"
#include "tools/lab/scenario/scenario_text.hpp"
#include "tools/lab/workload/workload.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstring>

namespace troupe::lab {
namespace {

constexpr duration warm_up = std::chrono::seconds{1};
constexpr duration stop_limit = std::chrono::seconds{30};
constexpr duration step_max = std::chrono::milliseconds{250};
constexpr std::uint64_t events_between_looks = 1000;

std::set<node_index> liars_of(const scenario& what) {
  std::set<node_index> all;
  for (const auto& role : what.roles)
    all.insert(role.node);
  return all;
}

/// Any change of what a scenario says changes the hash of its runs.
std::uint64_t hash_of(const scenario& what) {
  const auto text = sha256(as_bytes(to_toml(what)));
  std::uint64_t first = 0;
  std::memcpy(&first, text.data(), sizeof first);
  return first;
}

class experiment {
public:
  experiment(const scenario& what, const experiment_options& how, venue& at, sim_venue* virtual_at,
             std::shared_ptr<recorder> heard, cluster_options parts)
    : what_(what), how_(how), at_(at), virtual_(virtual_at), heard_(std::move(heard)),
      nodes_(std::move(parts)),
      nemesis_({&what, &nodes_, virtual_at, &plan_, random_stream{how.seed}.split("nemesis"), warm_up}) {
    std::size_t number = 0;
    for (const auto& spec : what.workloads)
      workloads_.push_back(make_workload(
        spec, {&what, &nodes_, &plan_, random_stream{how.seed}.split("workload " + std::to_string(++number)),
               warm_up}));
    if (virtual_)
      virtual_->scheduler().after_each_job([this, count = std::uint64_t{0}]() mutable {
        if (how_.paranoid || ++count % events_between_looks == 0)
          heard_->look(nodes_, at_.now());
      });
  }

  run_record go() {
    rough_network();
    for (node_index i = 0; i < nodes_.size(); ++i)
      nodes_.start(i);
    pass_until(warm_up, "start");
    for (const auto& each : workloads_)
      each->start();
    nemesis_.start();
    while (!stopped_ && (at_.now() < warm_up + what_.load || !asked_all()))
      pass_until(at_.now() + step_max, "load");
    record_.load_until = at_.now();
    plan_.clear();
    nemesis_.mend_all();
    settle();
    judge();
    return std::move(record_);
  }

private:
  bool asked_all() const {
    for (const auto& each : workloads_)
      if (!each->done())
        return false;
    return true;
  }

  void rough_network() {
    if (!virtual_)
      return;
    auto& world = *at_.world();
    world.set_conditions(what_.network.everywhere);
    world.set_detection(what_.network.detection);
    for (const auto& each : what_.network.links)
      world.set_conditions(nodes_.who().id(each.from), nodes_.who().id(each.to), each.conditions);
  }

  void pass_until(duration end, std::string_view phase) {
    while (!stopped_ && at_.now() < end) {
      if (how_.interrupted())
        stopped_ = true;
      const auto next = plan_.next();
      const auto until = next ? std::min(*next, end) : end;
      if (until > at_.now())
        at_.pass(until - at_.now());
      while (const auto due = plan_.take(at_.now()))
        (*due)();
      if (how_.tell)
        how_.tell({std::string{phase}, at_.now(), warm_up + what_.load, 0});
    }
  }

  void settle() {
    quiet_phase quiet{what_, nodes_, workloads_};
    const auto end = at_.now() + what_.settle;
    for (;;) {
      quiet.ask();
      pass_until(at_.now() + quiet_phase::answer_time, "quiet");
      unsettled_ = quiet.unsettled();
      if (unsettled_.empty() || stopped_ || at_.now() >= end)
        break;
      pass_until(at_.now() + quiet_phase::look_every, "quiet");
    }
    status_ = quiet.status();
    heard_->look(nodes_, at_.now());
  }

  void judge() {
    for (const auto& each : workloads_)
      each->add_operations(record_.operations);
    final_state end{nodes_, record_.operations, status_, {}, stopped_ ? "" : unsettled_, {}};
    for (const auto& [node, told] : status_)
      if (nodes_.up(node))
        end.memories.emplace(node, nodes_.life(node)->memory());
    const auto ended_at = at_.now();
    if (!nodes_.stop_all(stop_limit))
      end.stuck = "a node did not stop within 30 s";
    if (virtual_)
      virtual_->scheduler().after_each_job(nullptr);
    if (virtual_)
      record_.trace_hash = fmt::format("{:016x}", virtual_->trace_hash());
    record_.events = at_.events();
    heard_->judge(end, ended_at);
    if (const auto left = nodes_.finish(); left > 0 && end.stuck.empty()) {
      end.stuck = std::to_string(left) + " actors were left over at the end";
      heard_->judge(end, ended_at);
    }
    record_.virtual_time = ended_at;
    record_.faults = nemesis_.faults();
    heard_->fill(record_);
    record_.outcome = heard_->violated() ? verdict::failed : stopped_ ? verdict::partial : verdict::passed;
    for (const auto kind : nemesis_.left_out())
      record_.notes.push_back(fmt::format("{} is left out: it needs simulation", name_of(kind)));
  }

  const scenario& what_;
  const experiment_options& how_;
  venue& at_;
  sim_venue* virtual_;
  std::shared_ptr<recorder> heard_;
  agenda plan_;
  cluster nodes_;
  nemesis nemesis_;
  std::vector<std::unique_ptr<workload>> workloads_;
  std::map<node_index, node_status> status_;
  std::string unsettled_;
  bool stopped_ = false;
  run_record record_;
};

} // namespace

expected<run_record, explained> play(const scenario& what, const experiment_options& how) {
  const auto begun = std::chrono::steady_clock::now();
  const random_stream rng{how.seed};
  const auto tuned = drawn_tunables(rng.split("tunables"), what.randomise && how.mode == run_mode::sim);
  const auto owners = std::make_shared<census>();
  sim_venue at{rng, tuned, owners};
  recorder::options ears;
  for (const auto& each : what.checks)
    ears.checks.push_back(make_check(each.name));
  ears.liars = liars_of(what);
  ears.fold = [&at](std::uint64_t number) { at.fold(number); };
  ears.nodes = std::make_shared<directory>(what.nodes, rng.split("cluster"));
  ears.keeps_windows = how.for_report;
  const auto heard = std::make_shared<recorder>(std::move(ears));
  if (how.for_report)
    at.on_trace(
      [heard](const transport::trace_record& record, byte_view data) { heard->traced(record, data); });
  at.fold(hash_of(what));
  const auto marks = std::make_shared<mark_set>();
  cluster_options parts{&what, rng.split("cluster"), &at, tuned, owners, heard, marks, how.print_log};
  run_record record;
  {
    experiment one{what, how, at, &at, heard, std::move(parts)};
    record = one.go();
  }
  record.scenario = what.name;
  record.algorithm = std::string{name_of(what.algorithm)};
  record.seed = how.seed;
  record.mode = how.mode;
  record.revision = how.revision;
  record.expected_to_fail = what.expected_to_fail;
  record.reason = what.reason;
  record.nodes = what.nodes;
  const auto hit = marks->all();
  record.marks.assign(hit.begin(), hit.end());
  record.wall = std::chrono::duration_cast<duration>(std::chrono::steady_clock::now() - begun);
  return record;
}

} // namespace troupe::lab
