// SPDX-License-Identifier: BSD-3-Clause
// Everything that can be wrong at the top, in the network, in workloads and roles: each case names the line
// and the words of the error. Faults: fault_errors_test.cpp.
#include "tests/unit/tools/lab/scenario/scenario_lines.hpp"
#include "tools/lab/scenario/network_fields.hpp"
#include "tools/lab/scenario/scenario_fields.hpp"
#include "tools/lab/scenario/toml_reader.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

using namespace troupe;
using namespace troupe::lab;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

using lines = std::vector<std::string>;

/// A whole file of this many equal parts behind the head.
std::string repeated(std::string_view part, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i)
    all += part;
  return with_head(all);
}

} // namespace

TEST_CASE("scenario errors: a file of another version or of none is refused in one line", "[unit][lab]") {
  CHECK(errors_of("format = 2\nbogus = 3\n") ==
        lines{"1: format 2 is written for a newer troupe: this one reads format 1"});
  CHECK(errors_of("\nname = \"a\"\n") ==
        lines{"1: no format: write format = 1 at the top, or is this no scenario?"});
  CHECK(errors_of("") == lines{"1: no format: write format = 1 at the top, or is this no scenario?"});
  for (const auto* value : {"0", "-1", "1.0", "\"1\"", "[1]", "true"})
    CHECK(errors_of(fmt::format("\nformat = {}\n", value)) == lines{"2: format must be 1"});
}

TEST_CASE("scenario errors: what is no TOML is refused with its line", "[unit][lab]") {
  const auto all = errors_of("format = 1\nname = \n");
  REQUIRE(all.size() == 1);
  CHECK_THAT(all[0], StartsWith("2: is not valid TOML: "));
  CHECK_THAT(errors_of(with_head("nodes = 3\n")).at(0), StartsWith("6: is not valid TOML: ")); // twice
  CHECK_THAT(errors_of("format = 1\n\xff\xfe").at(0), Contains(": is not valid TOML: "));
}

TEST_CASE("scenario errors: all of a file are reported at once and by line", "[unit][lab]") {
  CHECK(
    errors_of(R"(format = 1
name = "a/b"
nodes = 0
lod = "3s"
[[byzantine]]
role = "mute"
node = "n1"
[network]
drop = 1.5
)") ==
    lines{
      "1: no checks: a scenario without them passes whatever happens; write checks = [\"all\"], or some of "
      "agreement, no-double-echo, locked-first, validity, source-order, membership-agreement, votes-cast, "
      "equal-states, durability, bounded-memory, no-orphans, no-restart-storm, liveness, "
      "equivocators-expelled, bounded-history, bounded-answers, few-connections, safety, all",
      "2: name \"a/b\" cannot name a folder of results: use letters, digits, '-', '_' and '.', which is not "
      "the first",
      "3: nodes is 0, but must be from 1 to 10000",
      "4: unknown key lod in the top of the file: did you mean load?",
      "9: drop is 1.5, but must be from 0 to 1",
    });
}

TEST_CASE("scenario errors: an unknown key has a hint", "[unit][lab]") {
  CHECK(errors_of(with_head("drop = 0.1\n")) ==
        lines{"6: unknown key drop in the top of the file: it belongs to [network]"});
  CHECK(errors_of(with_head("[network]\ndelay_maen = \"1ms\"\n")) ==
        lines{"7: unknown key delay_maen in [network]: did you mean delay_mean?"});
  CHECK(errors_of(with_head("[[network.link]]\nfrom = \"n1\"\nto = \"n2\"\ndetection = \"1s\"\n")) ==
        lines{"9: unknown key detection in [[network.link]]: it belongs to [network]"});
  CHECK(errors_of(with_head("[[faults]]\nkind = \"cut\"\n")) ==
        lines{"6: unknown key faults in the top of the file: did you mean fault?"});
  CHECK(errors_of(with_head("[[byzantine]]\nnode = \"n5\"\nrole = \"mute\"\nxyzzy = 1\n")) ==
        lines{"9: unknown key xyzzy in [[byzantine]]: known are node, role"});
  CHECK(errors_of(with_head("\"a\\u001bb\" = 1\n")).at(0).find('\x1b') == std::string::npos);
}

TEST_CASE("scenario errors: a reason needs a failure and a failure a reason", "[unit][lab]") {
  CHECK(errors_of(with_head("expect = \"fail\"\n")) ==
        lines{"6: no reason: expect = \"fail\" needs one: write reason = \"what does not hold, and why\""});
  CHECK(errors_of(with_head("expect = \"fail\"\nreason = \"\"\n")) == lines{"7: reason is empty"});
  CHECK(errors_of(with_head("reason = \"x\"\n")) ==
        lines{"6: reason does not apply to the top of the file: it needs expect = \"fail\""});
  CHECK(errors_of(with_head("expect = \"maybe\"\nreason = \"x\"\n")) ==
        lines{"6: expect \"maybe\" is unknown: must be one of pass, fail"});
}

TEST_CASE("scenario errors: a value of another type says which was expected", "[unit][lab]") {
  CHECK(errors_of(with_head("degree = \"3\"\n")) ==
        lines{"6: degree is a text, but must be a whole number from 0 to 10000"});
  CHECK(errors_of(with_head("degree = 3.0\n")) ==
        lines{"6: degree is a number with a fraction, but must be a whole number from 0 to 10000"});
  CHECK(errors_of(with_head("randomise = 1\n")) ==
        lines{"6: randomise is a whole number, but must be true or false"});
  CHECK(errors_of(with_head("settle = 20\n")) ==
        lines{"6: settle is a whole number, but must be a time with a unit in quotes, as in \"20s\""});
  CHECK(errors_of(with_head("teaches = [1]\n")) ==
        lines{"6: teaches is a list, but must be a text in quotes"});
  CHECK(errors_of(with_head("algorithm = 1979-05-27\n")) ==
        lines{"6: algorithm is a date or time, but must be one of troupe, brb-1.0.10, bracha"});
  CHECK(errors_of(with_head("network = 1\n")) ==
        lines{"6: network must be a table: write [network] before its keys"});
  CHECK(errors_of(with_head("[fault]\nkind = \"cut\"\n")) ==
        lines{"6: fault must be a list of tables: write [[fault]] before each"});
  CHECK(errors_of(with_head("workload = [1]\n")) ==
        lines{"6: workload must be a list of tables: write [[workload]] before each"});
  CHECK(errors_of(with_head("[network]\nlink = 3\n")) ==
        lines{"7: link must be a list of tables: write [[network.link]] before each"});
}

TEST_CASE("scenario errors: numbers outside their range are refused", "[unit][lab]") {
  CHECK(errors_of(with_head("voters = -1\n")) == lines{"6: voters is -1, but must be from 0 to 64"});
  CHECK(errors_of(with_head("voters = 65\n")) == lines{"6: voters is 65, but must be from 0 to 64"});
  CHECK(errors_of(with_head("settle = \"-1s\"\n")) == lines{"6: settle is -1s, but must be from 1s to 24h"});
  CHECK(errors_of(with_head("settle = \"25h\"\n")) == lines{"6: settle is 25h, but must be from 1s to 24h"});
  for (const auto* value : {"nan", "inf", "-inf", "-0.1", "1.000001", "2"}) {
    INFO(value);
    CHECK_THAT(errors_of(with_head(fmt::format("[network]\ndrop = {}\n", value))).at(0),
               StartsWith("7: drop is ") && Contains(", but must be from 0 to 1"));
  }
  CHECK(errors_of(with_head("[network]\nsplit = 0.0000001\n")) ==
        lines{"7: split is 1e-07: fractions are counted in millionths, so at least 0.000001"});
  CHECK(errors_of(with_head("[network]\nbandwidth = 9223372036854775807\n")) ==
        lines{"7: bandwidth is 9223372036854775807, but must be from 0 to 1000000000000"});
  CHECK_THAT(errors_of(with_head("degree = 9223372036854775808\n")).at(0),
             StartsWith("6: is not valid TOML"));
}

TEST_CASE("scenario errors: sizes that contradict each other are refused", "[unit][lab]") {
  CHECK(errors_of(with_head("voters = 6\n")) ==
        lines{"6: 6 voters of 5 nodes: voters are n1 to n6, so at most 5"});
  CHECK(errors_of(with_head("degree = 5\n")) ==
        lines{"6: degree 5 with 5 nodes: each has 4 others; 0 is all of them"});
  CHECK(errors_of("format = 1\nname = \"a\"\nchecks = [\"all\"]\nnodes = 65\n") ==
        lines{"4: 65 nodes would all vote: set voters, at most 64"});
  CHECK(errors_of("format = 1\nname = \"a\"\nchecks = [\"all\"]\nnodes = 65\nvoters = 64\n").empty());
  CHECK(errors_of("format = 1\nname = \"a\"\nchecks = [\"all\"]\nnodes = 10001\nvoters = 7\ndegree = 3\n") ==
        lines{"4: nodes is 10001, but must be from 1 to 10000"});
}

TEST_CASE("scenario errors: checks must be there and be known", "[unit][lab]") {
  const std::string head = "format = 1\nname = \"a\"\n";
  CHECK_THAT(errors_of(head).at(0), StartsWith("1: no checks: "));
  CHECK_THAT(errors_of(head + "checks = []\n").at(0), StartsWith("3: no checks: "));
  CHECK(errors_of(head + "checks = [\"agreement\",\n \"livenes\"]\n") ==
        lines{"4: checks \"livenes\" is no check: did you mean liveness?"});
  CHECK(errors_of(head + "checks = \"all\"\n") ==
        lines{"3: checks is a text, but must be a list of checks, as in [\"safety\", \"liveness\"]"});
  CHECK(errors_of(head + "checks = [1]\n") ==
        lines{"3: checks is a whole number, but must be a list of names of checks"});
}

TEST_CASE("scenario errors: texts are short and in one line", "[unit][lab]") {
  CHECK(errors_of(with_head("teaches = \"a\\nb\"\n")) ==
        lines{"6: teaches has more than one line, or control characters: write it in one"});
  CHECK(errors_of(with_head(fmt::format("teaches = \"{:a<501}\"\n", ""))) ==
        lines{"6: teaches has 501 bytes, at most 500"});
  CHECK(errors_of(with_head(fmt::format("teaches = \"{:a<500}\"\n", ""))).empty());
  for (const auto* name : {"", "..", "a b", "/a", ".a", "\\u00e9"})
    CHECK(errors_of(fmt::format("format = 1\nname = \"{}\"\nchecks = [\"all\"]\n", name)).size() == 1);
}

TEST_CASE("scenario errors: links join two different nodes once", "[unit][lab]") {
  const auto link = [](const char* from, const char* to) {
    return fmt::format("[[network.link]]\nfrom = {}\nto = {}\n", from, to);
  };
  CHECK(errors_of(with_head(link("\"n1\"", "\"n1\""))) ==
        lines{"8: a link of n1 to itself: from and to must differ"});
  CHECK(
    errors_of(with_head(link("\"n1\"", "\"n2\"") + link("\"n2\"", "\"n1\"") + link("\"n1\"", "\"n2\""))) ==
    lines{"13: the link from n1 to n2 is described twice"});
  CHECK(errors_of(with_head(link("\"n6\"", "\"n0\""))) ==
        lines{"7: from \"n6\" is no node: they are n1 to n5", "8: to \"n0\" is no node: they are n1 to n5"});
  CHECK(errors_of(with_head(link("1", "\"n2\""))) ==
        lines{"7: from is a whole number, but must be the name of a node in quotes, as in \"n1\""});
  CHECK(errors_of(with_head("[[network.link]]\nto = \"n2\"\n")) ==
        lines{"6: no from: [[network.link]] needs one"});
  CHECK(
    errors_of(with_head("[network]\ndelay_min = \"2ms\"\n[[network.link]]\nfrom = \"n1\"\nto = \"n2\"\n")) ==
    lines{"7: delay_min 2ms is above delay_mean 200us: give both, the mean not below"});
  CHECK(errors_of(with_head("[network]\ndelay_mean = \"2us\"\n")) ==
        lines{"7: delay_min 100us is above delay_mean 2us: give both, the mean not below"});
}

TEST_CASE("scenario errors: names of nodes have one form", "[unit][lab]") {
  for (const auto* name :
       {"", "n", "n0", "n01", "n-1", "n1 ", "N1", "1", "n6", "n4294967297", "n99999999999999999999"}) {
    INFO(name);
    CHECK_THAT(
      errors_of(with_head(fmt::format("[[byzantine]]\nnode = \"{}\"\nrole = \"mute\"\n", name))).at(0),
      StartsWith("7: node ") && Contains("is no node: they are n1 to n5"));
  }
}

TEST_CASE("scenario errors: roles are known and one to a node and leave a correct node", "[unit][lab]") {
  const auto role = [](const char* node, const char* what) {
    return fmt::format("[[byzantine]]\nnode = \"{}\"\nrole = \"{}\"\n", node, what);
  };
  CHECK(errors_of(with_head(role("n1", "equivocat"))) ==
        lines{"8: role \"equivocat\" is unknown: did you mean equivocate?"});
  CHECK(errors_of(with_head(role("n1", "mute") + role("n1", "replay"))) ==
        lines{"10: n1 has two roles: give each node one"});
  CHECK(errors_of(with_head("[[byzantine]]\n")) ==
        lines{"6: no node: [[byzantine]] needs one", "6: no role: [[byzantine]] needs one"});
  CHECK(errors_of(with_head(role("n1", "mute") + role("n2", "mute") + role("n3", "mute") +
                            role("n4", "mute") + role("n5", "mute"))) ==
        lines{"6: all 5 nodes lie: at least one must be correct"});
  CHECK_THAT(errors_of(with_head(role("n5", "outsider-echoes"))).at(0),
             StartsWith("7: n5 is a voter all the time"));
  CHECK(errors_of(with_head("voters = 4\n" + role("n5", "outsider-echoes"))).empty());
  CHECK(errors_of(with_head("[[workload]]\nkind = \"membership\"\nleave = [\"n5\"]\n" +
                            role("n5", "outsider-echoes")))
          .empty());
}

TEST_CASE("scenario errors: workloads take the keys of their kind", "[unit][lab]") {
  CHECK(errors_of(with_head("[[workload]]\ncount = 3\n")) == lines{"6: no kind: [[workload]] needs one"});
  CHECK(errors_of(with_head("[[workload]]\nkind = \"operation\"\ncount = 3\nbogus_key_here = 1\n")).size() ==
        2);
  CHECK(errors_of(with_head("[[workload]]\nkind = \"operations\"\njoin = [\"n1\"]\n")) ==
        lines{"8: join does not apply to workload operations: only to membership"});
  CHECK(errors_of(with_head(
          "[[workload]]\nkind = \"operations\"\ncount = 0\nremovals = 2\nfrom = [\"n1\", \"n9\"]\n")) ==
        lines{"8: count is 0, but must be from 1 to 100000", "9: removals is 2, but must be from 0 to 1",
              "10: from \"n9\" is no node: they are n1 to n5"});
}

TEST_CASE("scenario errors: a group takes no more members than it can", "[unit][lab]") {
  const auto changes = [](const std::string& head, const std::string& keys,
                          const std::string& checks = "all") {
    return fmt::format("format = 1\nname = \"case\"\nchecks = [\"{}\"]\nnodes = 9\n{}[[workload]]\n"
                       "kind = \"membership\"\n{}",
                       checks, head, keys);
  };
  const std::string six = "voters = 6\n", seven = "voters = 7\n", join = "join = [\"n8\"]\n";
  const std::string refused = "8 members in the end, but a group takes no join beyond 7 (MembersAtCapacity), "
                              "so liveness fails: set fewer "
                              "voters, let some leave here or before, or write expect = \"fail\"";
  CHECK(errors_of(changes(six, join)).empty());
  CHECK(errors_of(changes(seven, join)) == lines{"8: " + refused});
  CHECK(errors_of(changes(six, "join = [\"n8\", \"n9\"]\n")) == lines{"8: " + refused});
  CHECK(errors_of(changes(seven, join + "leave = [\"n1\"]\n")).empty());
  CHECK(errors_of(changes(seven, "leave = [\"n1\"]\n[[workload]]\nkind = \"membership\"\n" + join)).empty());
  CHECK(errors_of(changes(six, join + "[[workload]]\nkind = \"membership\"\njoin = [\"n9\"]\n")) ==
        lines{"11: " + refused});
  CHECK(errors_of(changes(seven + "expect = \"fail\"\nreason = \"it is full\"\n", join)).empty());
  CHECK(errors_of(changes(seven + "algorithm = \"bracha\"\n", join)).empty()); // it is told its group
  CHECK(errors_of(changes(seven, join, "safety")).empty());                    // the refusal is no failure
}

TEST_CASE("scenario errors: joins and leaves fit the voters", "[unit][lab]") {
  const auto changes = [](const std::string& keys) {
    return with_head("voters = 3\n[[workload]]\nkind = \"membership\"\n" + keys);
  };
  CHECK(errors_of(changes("join = [\"n4\", \"n5\"]\nleave = [\"n4\", \"n1\"]\n")).empty());
  CHECK(errors_of(changes("join = [\"n3\"]\n")) ==
        lines{"9: n3 joins, but it votes from the start, as all of n1 to n3 do"});
  CHECK(errors_of(changes("leave = [\"n4\"]\n")) ==
        lines{"9: n4 leaves, but it neither votes from the start nor joins"});
  CHECK(errors_of(changes("join = [\"n4\", \"n4\"]\n")) == lines{"9: join has n4 twice"});
  CHECK(errors_of("format = 1\nname = \"a\"\nchecks = [\"all\"]\nnodes = 70\nvoters = 64\n[[workload]]\n"
                  "kind = \"membership\"\njoin = [\"n65\"]\n") ==
        lines{"8: 64 voters and 1 that join: together at most 64"});
}

TEST_CASE("scenario errors: every list of tables has a cap", "[unit][lab]") {
  const std::string workload = "[[workload]]\nkind = \"operations\"\n";
  CHECK(errors_of(repeated(workload, workloads_max)).empty());
  CHECK(errors_of(repeated(workload, workloads_max + 1)) == lines{"6: workload has 17 entries, at most 16"});
  CHECK(errors_of(repeated("[[network.link]]\n", links_max + 1)) ==
        lines{"6: link has 1001 entries, at most 1000"});
  CHECK(errors_of(repeated("[[fault]]\n", 1001)) == lines{"6: fault has 1001 entries, at most 1000"});
  CHECK(errors_of(repeated("[[byzantine]]\n", roles_max + 1)) ==
        lines{"6: byzantine has 1001 entries, at most 1000"});
}

TEST_CASE("scenario errors: a file names a limited number of nodes", "[unit][lab]") {
  std::string list = "nodes = [";
  for (node_index i = 0; i < 5'000; ++i)
    list += "\"" + node_name(i) + "\",";
  list += "]\n";
  std::string text = "format = 1\nname = \"a\"\nchecks = [\"all\"]\nnodes = 10000\nvoters = 4\n";
  for (std::size_t i = 0; i < named_nodes_max / 5'000; ++i)
    text += "[[fault]]\nkind = \"clog\"\nat = \"1s\"\nlasts = \"1s\"\n" + list;
  CHECK(errors_of(text).empty());
  text += "[[fault]]\nkind = \"pause\"\nat = \"1s\"\nlasts = \"1s\"\nnodes = [\"n1\"]\n";
  CHECK(errors_of(text) == lines{"60: nodes names too many nodes: a file may name 50000 in all its lists"});
}

TEST_CASE("scenario errors: a file has a limited size", "[unit][lab]") {
  auto text = with_head("#");
  text.resize(scenario_bytes_max, 'x');
  CHECK(errors_of(text).empty());
  text += 'x';
  CHECK(parse_scenario(text, "f").error().at(0).text ==
        "f: is larger than 2097152 bytes: is this a scenario?");
}

TEST_CASE("scenario errors: a key of many parts is refused before it is parsed", "[unit][lab]") {
  std::string key;
  for (int i = 0; i < 500'000; ++i)
    key += "a.";
  CHECK(errors_of(with_head(key + "a = 1\n")) == lines{"6: more than 32 full stops in one line: break it"});
  CHECK(errors_of(with_head("# ................................\n")).empty()); // 32
}
