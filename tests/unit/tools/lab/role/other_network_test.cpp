// SPDX-License-Identifier: BSD-3-Clause
// The role that shows what was signed in another network: true there, false here, and mostly not under our
// name.
#include "tests/unit/tools/lab/role/role_table.hpp"

#include "actors/brb/certificate_check.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::lab;

TEST_CASE("other-network: its certificates hold in the other network and not in this one",
          "[unit][lab][role]") {
  role_table at{role_kind::other_network, 4, 4};
  std::size_t shown = 0;
  for (const auto& [to, what] : only<brb::certificate_out>(at.said_after(100))) {
    ++shown;
    const auto& proof = *what.what;
    CHECK(to != role_table::id(0));
    CHECK(proof.header.source != role_table::id(0));
    CHECK(proof.header.sequence == 1);
    REQUIRE(proof.seals.size() == 3);
    for (std::size_t signer = 0; signer < 3; ++signer) {
      const auto& by = proof.seals[signer];
      CHECK(at.options.keys.verify(role_table::id(signer),
                                   brb::echo_digest("elsewhere", proof.gen, proof.header), by));
      CHECK_FALSE(at.options.keys.verify(role_table::id(signer),
                                         brb::echo_digest(at.network, proof.gen, proof.header), by));
    }
    CHECK_FALSE(at.options.keys.verify(proof.header.source, brb::header_digest(at.network, proof.header),
                                       proof.header_seal));
  }
  CHECK(shown > 0);
}

TEST_CASE("other-network: few of them name our group and they come for the next slot", "[unit][lab][role]") {
  role_table at{role_kind::other_network, 4, 4};
  at.tell(1, at.certificate(1, 1, "a", {1, 2, 3}));
  at.said();
  std::size_t ours = 0;
  std::size_t theirs = 0;
  for (const auto& [to, what] : only<brb::certificate_out>(at.said_after(400))) {
    const auto& header = what.what->header;
    ++(header.group == at.group ? ours : theirs);
    CHECK(header.sequence == (header.source == role_table::id(1) ? 2 : 1));
  }
  CHECK(theirs == 40 * 3 * 3);
  CHECK(ours == 10 * 3);
}
