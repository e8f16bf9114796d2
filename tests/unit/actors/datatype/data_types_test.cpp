// SPDX-License-Identifier: BSD-3-Clause
#include "actors/datatype/data_types.hpp"

#include "tests/support/agreement_cluster.hpp"

#include <catch2/catch.hpp>

using namespace troupe;

TEST_CASE("data types: each is made by its name", "[unit][datatype]") {
  REQUIRE((*make_data_type("orswot"))->read() == "{}");
  REQUIRE((*make_data_type("register"))->read() == "(unset)");
  REQUIRE((*make_data_type("at2"))->read() == "{}");
  REQUIRE((*make_data_type("tree"))->read() == "{}");
  for (const auto& known : data_types())
    REQUIRE(known.describe({}) == "Malformed");
}

TEST_CASE("data types: an unknown name is answered with those there are", "[unit][datatype]") {
  REQUIRE(make_data_type("queue").error().text ==
          "there is no data type 'queue': the types are orswot, register, at2, tree");
}

TEST_CASE("data types: an operation of one is malformed to all others", "[unit][datatype]") {
  const auto actor = test::actor_number(0);
  std::vector<bytes> operations;
  const std::vector<command> first{{"add", {"3"}}, {"set", {"x"}}, {"open", {"5"}}, {"move", {"x", "y"}}};
  for (std::size_t i = 0; i < first.size(); ++i)
    operations.push_back(*data_types()[i].make()->look_ahead(actor)->prepare(first[i]));
  for (std::size_t i = 0; i < first.size(); ++i)
    for (std::size_t j = 0; j < first.size(); ++j)
      if (i != j) {
        INFO(data_types()[i].name << " to " << data_types()[j].name);
        REQUIRE(data_types()[j].make()->look_ahead(actor)->admit(operations[i]) == "Malformed");
      }
}
