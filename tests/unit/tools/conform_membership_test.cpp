// SPDX-License-Identifier: BSD-3-Clause
// The membership suite: what the JSON makes of the voting group, whose rules have their own tests.
#include "tools/conform/conform.hpp"

#include <catch2/catch.hpp>

#include <sstream>

using namespace troupe;
using Catch::Matchers::Contains;

namespace {

std::string result_of(const std::string& one) {
  std::istringstream in{"[" + one + "]"};
  std::ostringstream out, err;
  REQUIRE(run_conform("membership", in, out, err) == 0);
  REQUIRE(err.str().empty());
  return out.str();
}

} // namespace

TEST_CASE("conform: membership casts decides and names who joined", "[unit][conform]") {
  REQUIRE(
    result_of(R"({"members":[0,1,2,3],"self":0,"votes":[
      {"voter":1,"gen":1,"join":5},{"voter":2,"gen":1,"join":5},{"voter":3,"gen":1,"join":5},
      {"voter":1,"gen":1,"super_majority":[0,1,2]},{"voter":2,"gen":1,"super_majority":[0,1,2]}],
      "deliver":[0,1,2,3,4]})") ==
    R"([{"generation":1,"members":[0,1,2,3,5],"cast":["P(J5)@0","SM{P(J5)@0,P(J5)@1,P(J5)@2}@0",)"
    R"("SM{SM{P(J5)@0,P(J5)@1,P(J5)@2}@0,SM{P(J5)@1,P(J5)@2,P(J5)@3}@1,SM{P(J5)@1,P(J5)@2,P(J5)@3}@2}@0"],)"
    R"("refused":[],"faulty":[]}])"
    "\n");
}

TEST_CASE("conform: membership names what is refused and who contradicts itself", "[unit][conform]") {
  CHECK_THAT(
    result_of(R"({"members":[0,1,2],"self":0,"votes":[{"voter":1,"gen":1,"join":5,"consent":null},
      {"voter":1,"gen":1,"leave":2,"forged":true},{"voter":1,"gen":3,"merge":[1]}],"deliver":[0,1]})"),
    Contains(R"("refused":[{"vote":0,"error":"JoinWithoutConsent"},{"vote":1,"error":"Signature"}])"));
  CHECK_THAT(result_of(R"({"members":[0,1,2,3],"self":0,"votes":[{"voter":3,"gen":1,"join":5},
      {"voter":3,"gen":1,"leave":3}],"deliver":[0,1]})"),
             Contains(R"("faulty":[3])"));
  CHECK_THAT(result_of(R"({"members":[0,1,2,3],"self":9,"votes":[{"voter":3,"gen":1,"join":5},
      {"voter":3,"gen":1,"leave":3},{"voter":1,"gen":1,"leave":3},{"voter":2,"gen":1,"leave":3},
      {"voter":1,"gen":1,"super_majority":[2,3]},
      {"voter":1,"gen":1,"super_majority":[2,3],"faults":[[0,1]]}],"deliver":[4,5]})"),
             Contains(R"("refused":[{"vote":4,"error":"SuperMajorityBallotIsNotSuperMajority"}])"));
  CHECK_THAT(result_of(R"({"members":[0,1],"self":0,"soft_max":2,"votes":[{"voter":1,"gen":1,"join":5}],
      "deliver":[0]})"),
             Contains("MembersAtCapacity"));
}

TEST_CASE("conform: membership takes an error for a bad case", "[unit][conform]") {
  for (const auto* bad :
       {R"({})", R"({"members":[0],"self":0,"votes":{},"deliver":[]})",
        R"({"members":[256],"self":0,"votes":[],"deliver":[]})",
        R"({"members":[0],"self":-1,"votes":[],"deliver":[]})",
        R"({"members":[0],"self":0,"votes":[],"deliver":[0]})",
        R"({"members":[0],"self":0,"votes":[7],"deliver":[]})",
        R"({"members":[0],"self":0,"votes":[{"voter":0,"gen":1}],"deliver":[]})",
        R"({"members":[0],"self":0,"votes":[{"voter":0,"gen":1,"merge":[0]}],"deliver":[]})",
        R"({"members":[0],"self":0,"votes":[{"voter":0,"gen":1,"merge":[]}],"deliver":[]})",
        R"({"members":[0],"self":0,"votes":[{"voter":0,"gen":1,"join":1,"consent":[1]}],"deliver":[]})",
        R"({"members":[0],"self":0,"votes":[{"voter":0,"gen":1,"leave":0},
            {"voter":0,"gen":1,"merge":[0],"faults":[[0,0]]}],"deliver":[]})"}) {
    INFO(bad);
    CHECK_THAT(result_of(bad), Catch::Matchers::StartsWith(R"([{"error":)"));
  }
}
