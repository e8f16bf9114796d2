// SPDX-License-Identifier: BSD-3-Clause
// docs/experiments.md is what a reader sees: each of its commands is run, and what the page prints below one
// must be among what it printed, in that order. "..." stands for what the page leaves out of a line.
#include "tests/support/scratch_folder.hpp"
#include "tools/process/child_process.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <sstream>

using namespace troupe;
using namespace troupe::test;

namespace {

using lines = std::vector<std::string>;

struct block {
  std::string kind; ///< "sh" or "text"
  lines content;
};

lines split(const std::string& text) {
  lines all;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);)
    all.push_back(line);
  return all;
}

std::vector<block> blocks() {
  std::ifstream in{TROUPE_SOURCE_DIR "/docs/experiments.md"};
  std::vector<block> all;
  bool inside = false;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("```")) {
      inside = !inside;
      if (inside)
        all.push_back({line.substr(3), {}});
    } else if (inside) {
      all.back().content.push_back(line);
    }
  }
  return all;
}

/// The parts of `pattern` between "..." stand in `line` one behind the other.
bool matches(const std::string& line, const std::string& pattern) {
  constexpr std::string_view gap = "...";
  std::size_t at = 0;
  for (std::size_t from = 0; from <= pattern.size();) {
    const auto to = std::min(pattern.find(gap, from), pattern.size());
    auto part = pattern.substr(from, to - from);
    while (!part.empty() && part.back() == ' ')
      part.pop_back();
    const auto found = line.find(part, at);
    if (found == std::string::npos)
      return false;
    at = found + part.size();
    from = to + gap.size();
  }
  return true;
}

/// The first line of the page that was not printed; empty if all were.
std::string missing(const lines& page, const lines& printed) {
  std::size_t at = 0;
  for (const auto& wanted : page) {
    while (at < printed.size() && !matches(printed[at], wanted))
      ++at;
    if (at++ >= printed.size())
      return wanted;
  }
  return {};
}

/// A folder like the top of the source, where results may be left.
class reader {
public:
  reader() {
    std::filesystem::create_directory_symlink(TROUPE_SOURCE_DIR "/tools", folder_.path() / "tools");
  }
  lines runs(const std::string& commands) const {
    process_options there;
    there.directory = folder_.path().string();
    child_process shell{{"/bin/sh", "-c", "troupe() { \"" TROUPE_BINARY "\" \"$@\"; }\n" + commands}, there};
    const auto code = shell.wait(child_process::seconds{120});
    INFO(commands << "\n" << shell.output());
    REQUIRE(code.has_value());
    REQUIRE((code == 0 || code == 1)); // a check may fail, the command may not be wrong
    return split(shell.output());
  }

private:
  scratch_folder folder_;
};

} // namespace

TEST_CASE("experiments: matching takes gaps and no other line", "[system][lab]") {
  CHECK(matches("  ok   agreement              20 slots", "  ok   agreement              ..."));
  CHECK(matches("marks never hit: 40, such as A, B and others (--marks lists all)",
                "marks never hit: 40, such as A ... (--marks lists all)"));
  CHECK_FALSE(matches("  FAIL agreement              20 slots", "  ok   agreement              ..."));
  CHECK(missing({"b", "c"}, {"a", "b", "c"}).empty());
  CHECK(missing({"c", "b"}, {"a", "b", "c"}) == "b");
}

TEST_CASE("experiments: the page's commands print what it says", "[system][lab]") {
  const auto page = blocks();
  REQUIRE(page.size() > 10);
  const reader someone;
  std::size_t compared = 0;
  for (std::size_t i = 1; i < page.size(); ++i) { // the first builds the program
    if (page[i].kind != "sh")
      continue;
    std::string commands;
    for (const auto& line : page[i].content)
      commands += line + "\n";
    const auto printed = someone.runs(commands);
    if (i + 1 == page.size() || page[i + 1].kind != "text")
      continue;
    INFO(commands);
    std::string all;
    for (const auto& line : printed)
      all += line + "\n";
    INFO(all);
    CHECK(missing(page[i + 1].content, printed).empty());
    ++compared;
  }
  CHECK(compared == 5);
}
