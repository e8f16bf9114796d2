// SPDX-License-Identifier: BSD-3-Clause
// What a restarted node finds in its data directory: of another data type it is refused, peers known before
// are found again without flags, a damaged checkpoint is fetched from the group.
#include "actors/brb/signed_network.hpp"
#include "actors/store/data_directory.hpp"
#include "messages/codec/promise_codec.hpp"
#include "tests/system/node_processes.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <thread>

using namespace troupe;
using test::node_process;
namespace fs = std::filesystem;

namespace {

finished_process node_run(std::vector<std::string> flags, const std::string& input = {}) {
  flags.insert(flags.begin(), {TROUPE_BINARY, "node"});
  return run(std::move(flags), input);
}

std::string contents_of(const fs::path& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

std::map<std::string, std::string> all_of(const std::string& folder) {
  std::map<std::string, std::string> found;
  for (const auto& entry : fs::recursive_directory_iterator{folder})
    if (entry.is_regular_file())
      found[entry.path().string()] = contents_of(entry.path());
  return found;
}

void refused_untouched(const std::string& data, const std::string& type, const std::string& why) {
  const auto before = all_of(data);
  const auto outcome = node_run({"--data", data, "--type", type});
  INFO(outcome.output);
  REQUIRE(outcome.code == 1);
  REQUIRE(std::count(outcome.output.begin(), outcome.output.end(), '\n') == 1);
  REQUIRE(outcome.output.find(why) != std::string::npos);
  REQUIRE(all_of(data) == before);
}

/// Turns a bit right behind every place where the file has this text; answers how many there are.
std::size_t damage_behind(const std::string& path, const std::string& text) {
  auto content = contents_of(path);
  std::size_t found = 0;
  for (auto at = content.find(text); at != std::string::npos; at = content.find(text, at + 1), ++found)
    content[at + text.size() + 8] ^= 1;
  std::ofstream{path, std::ios::binary} << content;
  return found;
}

std::string listening_at(const node_process& node) {
  return node.address().substr(0, node.address().find("/p2p/"));
}

} // namespace

TEST_CASE("data directory: one of another type is refused from its first start on", "[system][data]") {
  temporary_directory directory;
  const auto data = directory.path() + "/n";
  REQUIRE(node_run({"--data", data, "--type", "at2"}).code == 0);
  REQUIRE(contents_of(data + "/type") == "troupe type at2\n");
  refused_untouched(data, "orswot", "it holds data of the type at2, not orswot (start with --type at2");
  refused_untouched(data, "tree", "it holds data of the type at2, not tree");
  REQUIRE(node_run({"--data", data, "--type", "at2"}).code == 0);
}

TEST_CASE("data directory: an older one takes the given type unless its promises are of another one",
          "[system][data]") {
  temporary_directory directory;
  const auto data = directory.path() + "/n";
  REQUIRE(node_run({"--data", data, "--type", "at2"}, "trust me\nwait voting 1\nopen 5\n").code == 0);
  fs::remove(data + "/type");
  refused_untouched(data, "orswot", "its promises are those of --type at2, not orswot");
  REQUIRE_FALSE(fs::exists(data + "/type"));
  REQUIRE(node_run({"--data", data, "--type", "at2"}).code == 0);
  REQUIRE(contents_of(data + "/type") == "troupe type at2\n");

  const auto empty = directory.path() + "/empty";
  REQUIRE(node_run({"--data", empty, "--type", "at2"}).code == 0);
  fs::remove(empty + "/type");
  REQUIRE(node_run({"--data", empty, "--type", "tree"}).code == 0);
  REQUIRE(contents_of(empty + "/type") == "troupe type tree\n");
}

TEST_CASE("data directory: one of another network is refused, an older one by what is signed in it",
          "[system][data]") {
  temporary_directory directory;
  const auto data = directory.path() + "/n";
  REQUIRE(node_run({"--data", data}, "trust me\nwait voting 1\nadd 1\n").code == 0);
  REQUIRE(contents_of(data + "/network") == "troupe network troupe\n");
  const auto other = node_run({"--data", data, "--network", "other"});
  CHECK(other.code != 0);
  CHECK(other.output.find("it holds data of the network troupe, not other") != std::string::npos);
  fs::remove(data + "/network");
  const auto older = node_run({"--data", data, "--network", "other"});
  CHECK(older.code != 0);
  CHECK(older.output.find("its promises are not those of --network other") != std::string::npos);
  CHECK_FALSE(fs::exists(data + "/network"));
  REQUIRE(node_run({"--data", data}).code == 0);
  REQUIRE(contents_of(data + "/network") == "troupe network troupe\n");
}

TEST_CASE("data directory: an older one tells its network behind many unsigned promises", "[system][data]") {
  temporary_directory directory;
  const auto data = directory.path() + "/n";
  {
    const auto made = store::data_directory::open(data).value();
    const promise unsigned_one{
      forced_promise{generation{0}, {membership::change_kind::leave, key_pair::generate().id()}}};
    REQUIRE(made.open_promises().value().log->append(
      std::vector<bytes>(brb::promises_tried_max + 1, encode(unsigned_one))));
  }
  REQUIRE(node_run({"--data", data}, "trust me\nwait voting 1\nadd 1\n").code == 0);
  fs::remove(data + "/network");
  REQUIRE(node_run({"--data", data, "--network", "other"}).code != 0);
  REQUIRE(node_run({"--data", data}).code == 0);
}

TEST_CASE("data directory: a restarted node finds its peers without flags", "[system][data]") {
  temporary_directory directory;
  node_process a;
  const auto start_b = [&](std::vector<std::string> flags) {
    flags.insert(flags.end(), {"--data", directory.path() + "/b"});
    return std::make_unique<node_process>(flags);
  };
  auto b = start_b({"--peer", a.address()});
  b->await("peers 2");
  std::this_thread::sleep_for(std::chrono::seconds{4}); // peers are written a while after they were met
  b->process().signal(SIGKILL);
  REQUIRE(b->process().wait() == 128 + SIGKILL);
  b = start_b({});
  b->await("peers 2");
  a.type("trust me");
  b->type("trust " + a.actor());
  // It takes a session, and the console asks back as long as there is none.
  for (int i = 0; i < 2; ++i)
    a.type("join " + b->actor());
  a.await("voting 2 30");
}

TEST_CASE("data directory: a damaged checkpoint is fetched from the group", "[system][data]") {
  temporary_directory directory;
  const auto settings = directory.path() + "/often.toml";
  std::ofstream{settings} << "[brb]\ncheckpoint_every = 4\ncheckpoint_interval_s = 1\n";
  const std::vector<std::string> often{"--config", settings};
  const auto start = [&](const std::string& name, std::vector<std::string> flags) {
    flags.insert(flags.end(), often.begin(), often.end());
    flags.insert(flags.end(), {"--data", directory.path() + "/" + name});
    return std::make_unique<node_process>(flags);
  };
  auto a = start("a", {});
  auto b = start("b", {"--peer", a->address()});
  const auto actor_a = a->actor(), actor_b = b->actor(), at_b = listening_at(*b);
  for (auto* each : {a.get(), b.get()}) {
    each->await("peers 2");
    each->type("trust " + actor_a);
    each->type("trust " + actor_b);
    each->await("voting 2");
  }
  std::string all;
  for (int value = 10; value < 40; ++value) {
    a->type("add " + std::to_string(value));
    all += (all.empty() ? "{" : ", ") + std::to_string(value);
  }
  all += "}";
  b->await("read " + all + " 30");
  std::this_thread::sleep_for(std::chrono::seconds{4}); // the last checkpoint
  b->process().signal(SIGKILL);
  REQUIRE(b->process().wait() == 128 + SIGKILL);
  REQUIRE(damage_behind(directory.path() + "/b/records/data.mdb", "checkpoint/proof") > 0);
  a->process().signal(SIGKILL);
  REQUIRE(a->process().wait() == 128 + SIGKILL);

  b = start("b", {"--listen", at_b});
  b->type("add 99");
  REQUIRE(b->process().read_until("CheckpointDamaged"));
  REQUIRE(b->reply("read", "CheckpointDamaged").find("{") == std::string::npos);
  REQUIRE(b->process().output().find("promises and serves nothing until") != std::string::npos);
  a = start("a", {"--peer", at_b});
  b->await("read " + all + " 60");
  b->type("add 40");
  all.back() = ',';
  all += " 40}";
  a->await("read " + all + " 30");
  b->await("read " + all + " 30");
}

TEST_CASE("data directory: a torn record is said behind the address, which comes first", "[system][data]") {
  temporary_directory directory;
  const auto data = directory.path() + "/n";
  REQUIRE(node_run({"--data", data}, "trust me\nadd 1\nwait read {1}\n").code == 0);
  const auto segment = all_of(data + "/promises").rbegin()->first;
  fs::resize_file(segment, fs::file_size(segment) - 1);
  const auto outcome = node_run({"--data", data}, "read\n");
  INFO(outcome.output);
  CHECK(outcome.output.starts_with("[P2P] listening on "));
  CHECK(outcome.output.find("of a write that never finished") != std::string::npos);
}

TEST_CASE("data directory: a node without one forgets behind a checkpoint as well", "[system][data]") {
  temporary_directory directory;
  const auto settings = directory.path() + "/often.toml";
  std::ofstream{settings} << "[brb]\ncheckpoint_every = 1\ncheckpoint_interval_s = 1\n";
  const auto outcome = node_run({"--config", settings},
                                "trust me\nwait voting 1\nadd 1\nadd 2\nadd 3\nwait read {1, 2, 3}\n"
                                "wait peers 2 1\n"); // in vain: time for a checkpoint
  INFO(outcome.output);
  CHECK(outcome.output.find("could not be written") == std::string::npos);
}
