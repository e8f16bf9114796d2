// SPDX-License-Identifier: BSD-3-Clause
// README's example of embedding is a program that compiles, runs and prints what it says.
#include "tools/process/child_process.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <sstream>

using namespace troupe;

namespace {

std::string text_of(const std::string& file) {
  std::ifstream in{std::string{TROUPE_SOURCE_DIR} + "/" + file};
  std::stringstream all;
  all << in.rdbuf();
  return all.str();
}

} // namespace

TEST_CASE("readme: the example of embedding is the program that is built", "[system][readme]") {
  const auto program = text_of("tests/system/programs/embedding.cpp");
  const auto line = program.find("// ----\n");
  REQUIRE(line != std::string::npos);
  REQUIRE(text_of("README.md").find("```cpp\n" + program.substr(line + 8) + "```") != std::string::npos);
}

TEST_CASE("readme: the example of embedding prints the number it added", "[system][readme]") {
  const auto done = run({TROUPE_EMBEDDING});
  REQUIRE(done.code == 0);
  REQUIRE(done.output == "3\n");
}
