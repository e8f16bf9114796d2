// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/workload/membership_workload.hpp"

namespace troupe::lab {

membership_workload::membership_workload(const membership_spec& spec, workload_options options)
  : workload(std::move(options)), spec_(spec), members_(options_.nodes->voters()) {
  for (const auto whom : spec_.join)
    changes_.push_back({true, whom});
  for (const auto whom : spec_.leave)
    changes_.push_back({false, whom});
}

void membership_workload::start() {
  if (!changes_.empty())
    plan_next(options_.load_from + spec_.first);
}

void membership_workload::plan_next(duration when) {
  options_.plan->at(when, [this, when] {
    const auto what = changes_[next_++];
    if (options_.what->algorithm == algorithm::troupe)
      propose(what);
    else
      install(what);
    if (!done())
      plan_next(when + spec_.every);
  });
}

void membership_workload::propose(const change& what) {
  const auto by = somebody({members_.begin(), members_.end()});
  if (!by)
    return;
  const auto told = [refusals = refusals_, whom = what.whom](const std::string& error) {
    (*refusals)[whom] = error;
  };
  if (what.joins)
    options_.nodes->life(*by)->join(what.whom, told);
  else
    options_.nodes->life(*by)->leave(what.whom, told);
}

std::string membership_workload::refusal(node_index whom) const {
  const auto told = refusals_->find(whom);
  return told == refusals_->end() || told->second.empty() ? "" : " (" + told->second + ")";
}

void membership_workload::install(const change& what) {
  if (what.joins)
    members_.insert(what.whom);
  else
    members_.erase(what.whom);
  for (node_index i = 0; i < options_.nodes->size(); ++i)
    options_.plan->at(now() + spec_.stagger * i, [this, i, generation = next_, members = members_] {
      if (options_.nodes->up(i))
        options_.nodes->life(i)->install(generation, members);
    });
}

std::string membership_workload::missing(const std::map<node_index, node_status>& status) {
  if (options_.what->algorithm != algorithm::troupe)
    return {};
  for (const auto& [node, told] : status) {
    if (!told.generation)
      continue;
    const auto& members = told.members.at(*told.generation);
    std::map<node_index, change> last; // a node may join and leave again
    for (const auto& each : changes_)
      last.insert_or_assign(each.whom, each);
    for (const auto& [whom, wanted] : last)
      if (members.contains(whom) != wanted.joins) {
        members_ = members;
        propose(wanted);
        return node_name(whom) + (wanted.joins ? " is no member yet" : " is still a member") + refusal(whom);
      }
    return {};
  }
  return {};
}

} // namespace troupe::lab
