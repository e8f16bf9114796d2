// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/check/check.hpp"

#include "messages/types/assert.hpp"
#include "tools/lab/check/cost_checks.hpp"
#include "tools/lab/check/end_checks.hpp"
#include "tools/lab/check/slot_checks.hpp"

#include <functional>

namespace troupe::lab {
namespace {

template <class Check>
std::unique_ptr<check> make() {
  return std::make_unique<Check>();
}

} // namespace

void check::complain(duration at, std::string what) {
  if (!result_.passed)
    return;
  result_.passed = false;
  result_.reached = true;
  result_.detail = std::move(what);
  result_.violated_at = at;
}

check_result check::result() const {
  auto said = result_;
  if (said.passed && !counted_.empty())
    said.detail = std::string{lead_} + std::to_string(count_) + std::string{counted_};
  return said;
}

void check::checked(const final_state& end, std::size_t count, std::string_view of) {
  if (!result_.passed)
    return;
  result_.reached = end.reached;
  checked(count, end.reached ? of : std::string_view{});
}

std::unique_ptr<check> make_check(std::string_view name) {
  static const std::map<std::string_view, std::unique_ptr<check> (*)()> makers{
    {"agreement", make<agreement_check>},
    {"no-double-echo", make<double_echo_check>},
    {"locked-first", make<locked_first_check>},
    {"source-order", make<source_order_check>},
    {"membership-agreement", make<membership_check>},
    {"votes-cast", make<votes_cast_check>},
    {"validity", make<validity_check>},
    {"equal-states", make<equal_states_check>},
    {"durability", make<durability_check>},
    {"bounded-memory", make<bounded_memory_check>},
    {"no-orphans", make<orphans_check>},
    {"no-restart-storm", make<restart_storm_check>},
    {"liveness", make<liveness_check>},
    {"equivocators-expelled", make<expelled_check>},
    {"bounded-history", make<history_check>},
    {"bounded-answers", make<answers_check>},
    {"few-connections", make<connections_check>},
  };
  const auto found = makers.find(name);
  TROUPE_ASSERT(found != makers.end());
  return found->second();
}

} // namespace troupe::lab
