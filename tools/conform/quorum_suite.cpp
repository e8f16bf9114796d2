// SPDX-License-Identifier: BSD-3-Clause
#include "actors/brb/quorum.hpp"
#include "tools/conform/suites.hpp"

#include <boost/json/value.hpp>
#include <fmt/format.h>

#include <limits>

namespace troupe::conform {
namespace {

constexpr std::int64_t members_max =
  std::numeric_limits<std::int64_t>::max(); // twice as many fit into 64 bits

} // namespace

outcome evaluate_quorum(const boost::json::object& from) {
  const auto* n = from.if_contains("n");
  if (!n)
    return bad_case("the field \"n\" is missing");
  // An integer beyond int64 is a uint64 to the parser, so this refuses it as well.
  const auto* members = n->if_int64();
  if (!members || *members < 1)
    return bad_case(fmt::format("the field \"n\" is no integer from 1 to {}", members_max));
  return boost::json::object{{"quorum", brb::quorum(static_cast<std::size_t>(*members))}};
}

} // namespace troupe::conform
