// SPDX-License-Identifier: BSD-3-Clause
// Goal: every type that travels in a mailbox is a flat, a batch or a signal, under a name of its own. A
// subsystem adds its message_list to `all_messages` when it gets one.
#include "actors/brb/brb_interface.hpp"
#include "actors/datatype/datatype_interface.hpp"
#include "actors/membership/membership_interface.hpp"
#include "actors/peer/peer_interface.hpp"
#include "actors/runtime/shell/supervisor_interface.hpp"
#include "actors/runtime/shell/system_config.hpp"
#include "actors/store/store_interface.hpp"
#include "node/tree/front_actor.hpp"
#include "wire/session_generated.h"

#include <catch2/catch.hpp>

#include <set>

using namespace troupe;

template <>
inline constexpr std::string_view troupe::flat_name<troupe::wire::SessionAck> = "test.session_ack";

namespace {

std::vector<listed_message> all_messages() {
  std::vector<listed_message> listing;
  append_listing(listing, runtime_messages{});
  append_listing(listing, supervisor_messages{});
  append_listing(listing, store::messages{});
  append_listing(listing, peer::messages{});
  append_listing(listing, brb::messages{});
  append_listing(listing, membership::messages{});
  append_listing(listing, datatype::messages{});
  append_listing(listing, message_list<front_job, front_connect>{});
  return listing;
}

} // namespace

TEST_CASE("messages: names are unique and start with their subsystem", "[actor][runtime]") {
  std::set<std::string_view> names;
  for (const auto& one : all_messages()) {
    REQUIRE(one.name.find('.') != std::string_view::npos);
    REQUIRE(names.insert(one.name).second);
  }
  REQUIRE(names.contains("runtime.timer_fired"));
}

TEST_CASE("messages: the runtime's own are all local signals", "[actor][runtime]") {
  std::vector<listed_message> listing;
  append_listing(listing, runtime_messages{});
  append_listing(listing, supervisor_messages{});
  REQUIRE(listing.size() == 12);
  for (const auto& one : listing)
    REQUIRE(one.kind == message_kind::signal);
}

TEST_CASE("messages: flat and batch are listed as such and only flat may leave the process",
          "[actor][runtime]") {
  using both = message_list<flat<wire::SessionAck>, batch<wire::SessionAck>>;
  std::vector<listed_message> listing;
  append_listing(listing, both{});
  REQUIRE(listing[0].kind == message_kind::flat);
  REQUIRE(listing[1].kind == message_kind::batch);
  caf::actor_system_config config;
  configure(config);
  const auto before = config.value_factories_by_name.size();
  add_messages(config, both{});
  REQUIRE(config.value_factories_by_name.size() > before);
  REQUIRE(config.value_factories_by_name.count("test.session_ack") == 1);
}

TEST_CASE("messages: runtime errors print their category and name", "[actor][runtime]") {
  caf::actor_system_config config;
  configure(config, {schedule::virtual_, 1});
  caf::actor_system system{config};
  REQUIRE(system.render(error_of(runtime_errc::restarting)) == "runtime: restarting");
  REQUIRE(system.render(error_of(flat_errc::not_verified)) == "flat: not_verified");
}
