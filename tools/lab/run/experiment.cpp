// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/run/experiment.hpp"

#include "tools/lab/cluster/local_venue.hpp"
#include "tools/lab/cluster/sim_venue.hpp"
#include "tools/lab/cluster/sim_wire_faults.hpp"
#include "tools/lab/nemesis/nemesis.hpp"
#include "tools/lab/run/quiet_phase.hpp"
#include "tools/lab/run/recorder.hpp"
#include "tools/lab/run/relayed_witness.hpp"
#include "tools/lab/scenario/scenario_names.hpp"
#include "tools/lab/scenario/scenario_text.hpp"
#include "tools/lab/workload/workload.hpp"

#include <fmt/format.h>

#include <chrono>

namespace troupe::lab {
namespace {

constexpr duration warm_up = std::chrono::seconds{1};
constexpr duration stop_limit = std::chrono::seconds{30};
constexpr duration settle_locally = std::chrono::minutes{1};
constexpr duration step_max = std::chrono::milliseconds{250};
constexpr std::uint64_t events_between_looks = 1000;

std::set<node_index> liars_of(const scenario& what) {
  std::set<node_index> all;
  for (const auto& role : what.roles)
    all.insert(role.node);
  return all;
}

class experiment {
public:
  struct place {
    venue* at;
    sim_venue* virtually; ///< the same, or null
    wire_faults* wire;
  };

  experiment(const scenario& what, const experiment_options& how, place where,
             std::shared_ptr<recorder> heard, cluster_options parts)
    : what_(what), how_(how), at_(*where.at), virtual_(where.virtually), heard_(std::move(heard)),
      nodes_(std::move(parts)), nemesis_({&what, &nodes_, where.wire, where.virtually, &plan_,
                                          random_stream{how.seed}.split("nemesis"), warm_up}) {
    std::size_t number = 0;
    for (const auto& spec : what.workloads)
      workloads_.push_back(make_workload(
        spec, {&what, &nodes_, &plan_, random_stream{how.seed}.split("workload " + std::to_string(++number)),
               warm_up}));
    if (virtual_)
      virtual_->after_each_event([this, count = std::uint64_t{0}]() mutable {
        if (how_.paranoid || ++count % events_between_looks == 0)
          heard_->look(nodes_, at_.now());
      });
  }

  run_record go() {
    rough_network();
    nodes_.start_all();
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
      if (how_.stop_at && at_.now() >= *how_.stop_at)
        stopped_ = true;
      if (how_.tell)
        how_.tell({std::string{phase}, at_.now(), warm_up + what_.load, 0});
    }
  }

  /// Well is what is well twice in a row: the answers of the first look may be older than what it compared.
  void settle() {
    quiet_phase quiet{nodes_, workloads_};
    const auto limit = virtual_ ? what_.settle : std::min<duration>(what_.settle, settle_locally);
    const auto end = at_.now() + limit;
    for (int well = 0; well < 2 && !stopped_ && at_.now() < end;) {
      quiet.ask();
      const auto answers_by = at_.now() + quiet_phase::answer_limit;
      do
        pass_until(at_.now() + quiet_phase::answer_time, "quiet");
      while (!quiet.answered() && at_.now() < answers_by && !stopped_);
      unsettled_ = quiet.unsettled();
      well = unsettled_.empty() ? well + 1 : 0;
      if (well == 0)
        pass_until(at_.now() + quiet_phase::look_every, "quiet");
    }
    status_ = quiet.status();
    can_agree_ = quiet.can_agree();
    heard_->look(nodes_, at_.now());
  }

  void judge() {
    for (const auto& each : workloads_)
      each->add_operations(record_.operations);
    final_state end{nodes_, record_.operations, status_,   {}, stopped_ ? "" : unsettled_,
                    {},     !stopped_,          can_agree_};
    for (const auto& [node, told] : status_)
      if (nodes_.up(node))
        end.memories.emplace(node, nodes_.life(node)->memory());
    const auto ended_at = at_.now();
    if (!nodes_.stop_all(stop_limit))
      end.stuck = "a node did not stop within 30 s";
    if (virtual_)
      virtual_->after_each_event(nullptr);
    if (virtual_)
      record_.trace_hash = fmt::format("{:016x}", virtual_->trace_hash());
    record_.events = at_.events();
    heard_->judge(end, ended_at);
    if (const auto left = nodes_.finish(); left > 0 && end.stuck.empty()) {
      end.stuck = std::to_string(left) + " actors were left over at the end";
      heard_->judge(end, ended_at);
    }
    record_.virtual_time = ended_at;
    record_.interrupted = stopped_;
    record_.faults = nemesis_.faults();
    heard_->fill(record_);
    record_.outcome = heard_->violated() ? verdict::failed : stopped_ ? verdict::partial : verdict::passed;
    for (const auto kind : nemesis_.left_out())
      record_.notes.push_back(fmt::format("{} is left out: it needs simulation", name_of(kind)));
    if (stopped_)
      record_.notes.push_back("stopped before its end: checks that need the end were not made");
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
  bool can_agree_ = true;
  bool stopped_ = false;
  run_record record_;
};

/// Puts a venue together and plays in it.
class stage {
public:
  stage(const scenario& what, const experiment_options& how)
    : what_(what), how_(how), rng_(how.seed),
      tuned_(drawn_tunables(rng_.split("tunables"), what.randomise && how.mode == run_mode::sim)),
      nodes_(std::make_shared<directory>(what.nodes, rng_.split("cluster"))) {}

  run_record play() { return how_.mode == run_mode::sim ? play_virtually() : play_locally(); }

private:
  std::shared_ptr<recorder> ears(std::function<void(std::uint64_t)> fold) const {
    recorder::options with;
    for (const auto& each : what_.checks)
      with.checks.push_back(make_check(each.name));
    with.liars = liars_of(what_);
    with.fold = std::move(fold);
    with.nodes = nodes_;
    with.keeps_windows = how_.for_report;
    with.trace = how_.trace;
    return std::make_shared<recorder>(std::move(with));
  }

  cluster_options parts(venue& at, std::shared_ptr<witness> tell) const {
    return {&what_,  rng_.split("cluster"), &at,    nodes_,        tuned_,
            owners_, std::move(tell),       marks_, how_.print_log};
  }

  run_record play_virtually() {
    sim_venue at{rng_, tuned_, owners_};
    sim_wire_faults wire{*at.world(), nodes_};
    const auto heard = ears([&at](std::uint64_t number) { at.fold(number); });
    if (how_.for_report || how_.trace)
      at.on_trace(
        [heard](const transport::trace_record& record, byte_view data) { heard->traced(record, data); });
    at.fold(hash_of(what_));
    return filled(experiment{what_, how_, {&at, &at, &wire}, heard, parts(at, heard)}.go());
  }

  run_record play_locally() {
    local_venue at{nodes_};
    const auto heard = ears(nullptr);
    auto record = filled(experiment{
      what_, how_, {&at, nullptr, &at}, heard, parts(at, std::make_shared<relayed_witness>(at, heard))}
                           .go());
    record.notes.push_back("real sockets: latencies, losses and tunables of the scenario do not apply");
    return record;
  }

  run_record filled(run_record record) const {
    record.scenario = what_.name;
    record.scenario_file = what_.file;
    record.scenario_text = to_toml(what_);
    record.algorithm = std::string{name_of(what_.algorithm)};
    record.seed = how_.seed;
    record.mode = how_.mode;
    record.revision = how_.revision;
    record.expected_to_fail = what_.expected_to_fail;
    record.reason = what_.reason;
    record.nodes = what_.nodes;
    const auto hit = marks_->all();
    record.marks.assign(hit.begin(), hit.end());
    return record;
  }

  const scenario& what_;
  const experiment_options& how_;
  random_stream rng_;
  tunables tuned_;
  std::shared_ptr<directory> nodes_;
  std::shared_ptr<census> owners_ = std::make_shared<census>();
  std::shared_ptr<mark_set> marks_ = std::make_shared<mark_set>();
};

} // namespace

run_record play(const scenario& what, const experiment_options& how) {
  const auto begun = std::chrono::steady_clock::now();
  auto record = stage{what, how}.play();
  record.wall = std::chrono::duration_cast<duration>(std::chrono::steady_clock::now() - begun);
  return record;
}

} // namespace troupe::lab
