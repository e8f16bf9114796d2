// SPDX-License-Identifier: BSD-3-Clause
#include "tools/bench/brb_crate.hpp"

#include <catch2/catch.hpp>

using namespace troupe::bench;

TEST_CASE("brb crate: pinned packages get the source that cargo names", "[unit][bench]") {
  const std::string pinned =
    "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nchecksum = \"77\"\n\n"
    "[[package]]\nname = \"brb_crate\"\nversion = \"0.1.0\"\n";
  const std::string resolved = "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"1.2.0\"\n"
                               "source = \"registry+mirror\"\nchecksum = \"88\"\n";
  REQUIRE(with_sources(pinned, resolved) ==
          "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"registry+mirror\"\n"
          "checksum = \"77\"\n\n[[package]]\nname = \"brb_crate\"\nversion = \"0.1.0\"\n");
}

TEST_CASE("brb crate: without a source in what cargo resolved there is no lock file", "[unit][bench]") {
  REQUIRE(with_sources("checksum = \"77\"\n", "").empty());
  REQUIRE(with_sources("checksum = \"77\"\n", "version = 4\n").empty());
}

TEST_CASE("brb crate: figures are read whole or not at all", "[unit][bench]") {
  const auto figures =
    crate_figures_of("{\"ops_s\":1034.5,\"p50_ms\":3,\"p99_ms\":9.5,\"messages_per_op\":12,\"rss_mb\":20}\n");
  REQUIRE(figures);
  REQUIRE(figures->ops_s == 1034.5);
  REQUIRE(figures->p50_ms == 3);
  REQUIRE(figures->messages_per_op == 12);
  for (const auto* text :
       {"", "[]", "{}", "thread panicked", R"({"ops_s":1,"p50_ms":3,"p99_ms":9,"rss_mb":20})",
        R"({"ops_s":null,"p50_ms":3,"p99_ms":9,"messages_per_op":12,"rss_mb":20})"})
    REQUIRE_FALSE(crate_figures_of(text));
}
