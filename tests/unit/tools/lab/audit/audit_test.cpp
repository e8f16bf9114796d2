// SPDX-License-Identifier: BSD-3-Clause
// The audit of data directories: a group that did nothing wrong passes and is not touched, and each thing
// that cannot be true is one line.
#include "tools/lab/audit/audit.hpp"

#include "actors/store/data_directory.hpp"
#include "messages/codec/promise_codec.hpp"
#include "messages/crypto/keys.hpp"
#include "tests/support/scratch_folder.hpp"

#include <catch2/catch.hpp>

#include <fstream>

using namespace troupe;
using namespace troupe::lab;
using Catch::Contains;
namespace fs = std::filesystem;

namespace {

key_pair key_number(std::uint8_t i) {
  std::array<std::uint8_t, 32> seed{};
  seed[0] = i;
  return key_pair::from_seed(seed);
}

/// Four members who trust one another, each with a directory.
struct group_on_disk {
  explicit group_on_disk(std::string named = "troupe") : network(std::move(named)) {
    for (std::uint8_t i = 0; i < 4; ++i)
      keys.push_back(key_number(i));
    for (const auto& key : keys)
      members.insert(key.id());
    for (std::size_t i = 0; i < keys.size(); ++i)
      for (const auto& member : members)
        put(i, forced_promise{generation{0}, {membership::change_kind::join, member}});
  }

  std::string path(std::size_t i) const { return (scratch.path() / std::to_string(i)).string(); }
  void put_bytes(std::size_t i, const bytes& record) const {
    const auto opened = store::data_directory::open(path(i), keys[i]).value();
    REQUIRE(opened.open_promises().value().log->append({record}));
    REQUIRE(opened.open_records(false));
  }
  void put(std::size_t i, const promise& what) const { put_bytes(i, encode(what)); }

  brb::send_message lock(std::size_t source, std::uint64_t sequence, std::uint8_t content) const {
    const bytes payload{content};
    brb::operation_header header{
      make_group_id(network, members), keys[source].id(), sequence, generation{0}, sha256(payload), 1};
    return {generation{0}, header, keys[source].sign(brb::header_digest(network, header)), payload};
  }
  std::shared_ptr<brb::certificate> certificate(const brb::send_message& of, std::size_t signers) const {
    auto made = std::make_shared<brb::certificate>(
      brb::certificate{generation{0}, of.header, of.seal, {0}, {}, of.payload});
    std::size_t bit = 0;
    for (const auto& member : members) {
      const auto key =
        std::find_if(keys.begin(), keys.end(), [&](const auto& one) { return one.id() == member; });
      if (bit < signers) {
        made->signers[0] |= static_cast<std::uint8_t>(1u << bit);
        made->seals.push_back(key->sign(brb::echo_digest(network, generation{0}, of.header)));
      }
      ++bit;
    }
    return made;
  }
  /// As it should be: locked, and delivered by three of four.
  void deliver(std::size_t on, std::size_t source, std::uint64_t sequence, std::uint8_t content = 7) const {
    const auto what = lock(source, sequence, content);
    put(on, lock_promise{what});
    put(on, delivered_promise{certificate(what, 3)});
  }

  audit_report report(const std::string& configured = "troupe") const {
    std::vector<stored_node> read;
    for (std::size_t i = 0; i < keys.size(); ++i)
      read.push_back(read_stored_node(path(i)).value());
    return audit(read, configured);
  }
  void require_violation(const std::string& part) const {
    const auto found = report().violations;
    REQUIRE(found.size() == 1);
    REQUIRE_THAT(found.front(), Contains(part));
  }

  std::string network;
  std::vector<key_pair> keys;
  std::set<peer_id> members;
  test::scratch_folder scratch;
};

std::map<std::string, std::string> content_of(const fs::path& folder) {
  std::map<std::string, std::string> all;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    std::ifstream in{entry.path(), std::ios::binary};
    all[entry.path().string()] =
      entry.is_regular_file() ? std::string{std::istreambuf_iterator<char>{in}, {}} : "folder";
  }
  return all;
}

} // namespace

TEST_CASE("audit: a group that did nothing wrong passes and is not touched", "[unit][lab]") {
  const group_on_disk at;
  for (std::size_t on = 0; on < 4; ++on)
    for (std::uint64_t sequence = 1; sequence <= 3; ++sequence)
      at.deliver(on, 1, sequence);
  at.put(2, lock_promise{at.lock(0, 1, 9)});
  const auto before = content_of(at.scratch.path());
  const auto found = at.report();
  REQUIRE(found.violations.empty());
  REQUIRE(found.slots == 4);
  REQUIRE(found.certificates == 12);
  REQUIRE(found.unknown_generation == 0);
  REQUIRE(found.nodes.size() == 4);
  REQUIRE(found.nodes[2].promises == 4 + 6 + 1);
  REQUIRE(found.nodes[2].delivered.at(short_name(at.keys[1].id())) == 3);
  REQUIRE((content_of(at.scratch.path()) == before));
}

TEST_CASE("audit: the data type in the network's name is found out", "[unit][lab]") {
  const group_on_disk at{"mine/register"};
  at.deliver(0, 0, 1);
  REQUIRE(at.report("mine").network == "mine/register");
  REQUIRE(at.report("mine").violations.empty());
  REQUIRE_FALSE(at.report("other").violations.empty());
}

TEST_CASE("audit: one slot with two operations is found on one disk and across disks", "[unit][lab]") {
  const group_on_disk at;
  SECTION("the source's own") {
    at.put(1, lock_promise{at.lock(1, 1, 7)});
    at.put(1, lock_promise{at.lock(1, 1, 8)});
  }
  SECTION("locked here and delivered there") {
    at.put(2, lock_promise{at.lock(1, 1, 8)});
    at.deliver(3, 1, 1);
  }
  SECTION("delivered twice") {
    at.deliver(2, 1, 1, 7);
    at.deliver(3, 1, 1, 8);
  }
  at.require_violation(short_name(at.keys[1].id()) + "/1 holds 2 operations");
}

TEST_CASE("audit: a gap in the deliveries of a source is found", "[unit][lab]") {
  const group_on_disk at;
  at.deliver(2, 1, 1);
  at.deliver(2, 1, 3);
  at.require_violation(short_name(at.keys[1].id()) + "/3 is delivered, and");
}

TEST_CASE("audit: a delivery written twice is none", "[unit][lab]") {
  const group_on_disk at;
  at.deliver(2, 1, 1);
  at.deliver(2, 1, 1);
  REQUIRE(at.report().violations.empty());
}

TEST_CASE("audit: a certificate that proves nothing is found", "[unit][lab]") {
  const group_on_disk at;
  const auto what = at.lock(1, 1, 7);
  SECTION("by too few") {
    at.put(0, delivered_promise{at.certificate(what, 2)});
    at.require_violation("names no quorum of the members");
  }
  SECTION("by somebody who did not sign") {
    auto made = at.certificate(what, 3);
    made->seals[1][5] ^= 1;
    at.put(0, delivered_promise{made});
    at.require_violation("has a false signature");
  }
  SECTION("by members of another generation that nobody knows") {
    auto made = at.certificate(what, 3);
    made->gen = generation{5};
    at.put(0, delivered_promise{made});
    REQUIRE(at.report().violations.empty());
    REQUIRE(at.report().unknown_generation == 1);
  }
}

TEST_CASE("audit: what was certified by those who were members then holds after an untrust", "[unit][lab]") {
  const group_on_disk at;
  for (std::size_t on = 0; on < 4; ++on) {
    at.deliver(on, 1, 1);
    for (const std::size_t gone : {2u, 3u})
      at.put(on, forced_promise{generation{0}, {membership::change_kind::leave, at.keys[gone].id()}});
  }
  REQUIRE(at.report().violations.empty());
}

TEST_CASE("audit: a certificate by those who founded the group one after another proves nothing",
          "[unit][lab]") {
  const group_on_disk at;
  const auto what = at.lock(1, 1, 7);
  at.deliver(1, 1, 1);
  auto alone = at.certificate(what, 1);
  at.put(0, delivered_promise{alone});
  at.require_violation("names no quorum of the members");
}

TEST_CASE("audit: what one node takes for the group counts for itself only", "[unit][lab]") {
  const group_on_disk at;
  at.deliver(1, 1, 1);
  at.deliver(0, 1, 1);
  for (std::size_t gone = 1; gone < 4; ++gone)
    at.put(0, forced_promise{generation{0}, {membership::change_kind::leave, at.keys[gone].id()}});
  at.put(2, delivered_promise{at.certificate(at.lock(1, 1, 7), 1)});
  at.require_violation("names no quorum of the members");
}

TEST_CASE("audit: directories of two groups are told apart", "[unit][lab]") {
  const group_on_disk at;
  at.deliver(0, 1, 1);
  const auto other = (at.scratch.path() / "other").string();
  {
    const auto opened = store::data_directory::open(other, key_number(9)).value();
    auto what = at.lock(1, 2, 7);
    what.header.group = make_group_id("troupe", {key_number(9).id()});
    what.seal = at.keys[1].sign(brb::header_digest("troupe", what.header));
    REQUIRE(opened.open_promises().value().log->append({encode(promise{lock_promise{what}})}));
    REQUIRE(opened.open_records(false));
  }
  const auto found = audit({read_stored_node(at.path(0)).value(), read_stored_node(other).value()}, "troupe");
  REQUIRE(found.violations.size() == 1);
  REQUIRE_THAT(found.violations.front(), Contains("are of different groups"));
}

TEST_CASE("audit: a slot that its source did not sign is found", "[unit][lab]") {
  const group_on_disk at;
  at.deliver(0, 2, 1); // so that the network's name is known
  auto what = at.lock(1, 1, 7);
  what.seal[0] ^= 1;
  at.put(0, lock_promise{what});
  at.require_violation("without a valid signature of its source");
}

TEST_CASE("audit: a damaged promise or record is named", "[unit][lab]") {
  const group_on_disk at;
  SECTION("promise") {
    auto record = encode(promise{lock_promise{at.lock(1, 1, 7)}});
    record.back() ^= 1;
    at.put_bytes(3, record);
    at.require_violation("promise 4 is damaged");
  }
  SECTION("record") {
    {
      const auto opened = store::data_directory::open(at.path(3)).value();
      const auto records = opened.open_records(false).value();
      REQUIRE(records->write({{{0xab, 1}, bytes(100, 0x77)}, {{0xab, 2}, bytes{1}}}));
      REQUIRE(records->sync());
    }
    const auto file = at.path(3) + "/records/data.mdb";
    auto content = content_of(file.substr(0, file.rfind('/')))[file];
    const auto found = content.find(std::string(100, 0x77));
    REQUIRE(found != std::string::npos);
    content[found + 50] = 0x76;
    std::ofstream{file, std::ios::binary} << content;
    at.require_violation("the record ab01 is damaged");
    REQUIRE(at.report().nodes[3].records == 2);
  }
}

TEST_CASE("audit: a directory in use or of nobody is refused", "[unit][lab]") {
  const group_on_disk at;
  {
    const auto used = store::data_directory::open(at.path(0)).value();
    REQUIRE_THAT(read_stored_node(at.path(0)).error().text, Contains("a node is using it"));
  }
  REQUIRE(read_stored_node(at.path(0)));
  REQUIRE_THAT(read_stored_node(at.scratch.path().string()).error().text, Contains("no data directory"));
  std::ofstream{at.path(1) + "/format"} << "troupe data 2\n";
  REQUIRE_THAT(read_stored_node(at.path(1)).error().text, Contains("no data directory of a format"));
}

TEST_CASE("audit: directories that no one group can have are refused", "[unit][lab]") {
  const group_on_disk group;
  std::vector<stored_node> nodes{read_stored_node(group.path(0)).value(),
                                 read_stored_node(group.path(1)).value()};
  CHECK(expect_one_group(nodes));
  nodes.push_back(nodes.front());
  CHECK_THAT(expect_one_group(nodes).error().text, Contains("hold the same node"));
  nodes.pop_back();
  std::ofstream{fs::path{group.path(0)} / "type"} << "troupe type at2\n";
  std::ofstream{fs::path{group.path(1)} / "type"} << "troupe type register\n";
  nodes = {read_stored_node(group.path(0)).value(), read_stored_node(group.path(1)).value()};
  CHECK_THAT(expect_one_group(nodes).error().text, Contains("holds data of the type at2"));
}

TEST_CASE("audit: the network is what the directories say, or what is given for older ones", "[unit][lab]") {
  const group_on_disk group;
  const auto read = [&] {
    return std::vector{read_stored_node(group.path(0)).value(), read_stored_node(group.path(1)).value()};
  };
  CHECK(network_of(read(), std::nullopt) == "troupe");
  CHECK(network_of(read(), "elsewhere") == "elsewhere");
  std::ofstream{fs::path{group.path(1)} / "network"} << "troupe network abroad\n";
  CHECK(network_of(read(), std::nullopt) == "abroad");
  CHECK(network_of(read(), "abroad") == "abroad");
  CHECK_THAT(network_of(read(), "elsewhere").error().text, Contains("belongs to the network abroad"));
  std::ofstream{fs::path{group.path(0)} / "network"} << "troupe network elsewhere\n";
  CHECK_THAT(expect_one_group(read()).error().text, Contains("belongs to the network elsewhere"));
}
