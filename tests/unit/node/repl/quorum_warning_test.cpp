// SPDX-License-Identifier: BSD-3-Clause
#include "node/repl/quorum_warning.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::repl;

namespace {

/// Voters "0", "1", ..; the first is this node, the last `away` are not in session; then one known peer "p".
std::vector<peer_status> group(std::size_t voters, std::size_t away) {
  std::vector<peer_status> all;
  for (std::size_t i = 0; i < voters; ++i) {
    peer_status one;
    one.peer = std::to_string(i);
    one.voting = true;
    one.self = i == 0;
    one.session = i > 0 && i < voters - away;
    all.push_back(one);
  }
  peer_status other;
  other.peer = "p";
  all.push_back(other);
  return all;
}

bool warns(const std::vector<peer_status>& peers, const std::string& who, bool comes) {
  return quorum_warning(peers, who, comes, "step").has_value();
}

} // namespace

TEST_CASE("quorum warning: names the step and what would be left", "[unit][repl]") {
  REQUIRE(*quorum_warning(group(4, 1), "1", false, "leave i:01") ==
          "leave i:01: of 3 votes 2 would be reachable and 3 are needed, so the group could decide nothing; "
          "repeat the command to do it all the same");
}

TEST_CASE("quorum warning: only a step that loses the quorum is warned of", "[unit][repl]") {
  CHECK_FALSE(warns(group(4, 0), "1", false));
  CHECK_FALSE(warns(group(4, 1), "3", false)); // the one that is away
  CHECK_FALSE(warns(group(4, 2), "1", false)); // lost already
  CHECK_FALSE(warns(group(5, 1), "4", false));
  CHECK(warns(group(7, 2), "1", false));
}

TEST_CASE("quorum warning: a voter that comes and is not reachable may be one too many", "[unit][repl]") {
  CHECK(warns(group(1, 0), "p", true));
  CHECK(warns(group(2, 0), "p", true));
  CHECK_FALSE(warns(group(3, 0), "p", true)); // three of four are enough
  auto met = group(2, 0);
  met.back().session = true;
  CHECK_FALSE(warns(met, "p", true));
}

TEST_CASE("quorum warning: the first voter and the last one are no loss", "[unit][repl]") {
  CHECK_FALSE(warns(group(0, 0), "p", true));
  CHECK_FALSE(warns(group(1, 0), "0", false));
}
