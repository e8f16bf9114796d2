// SPDX-License-Identifier: BSD-3-Clause
#include "node/assembly.hpp"

#include "actors/brb/checkpoint_records.hpp"
#include "actors/brb/damaged_promises.hpp"
#include "actors/brb/signed_network.hpp"
#include "actors/peer/peer_records.hpp"
#include "actors/runtime/shell/clock.hpp"
#include "actors/store/key_file.hpp"
#include "actors/store/memory_record_store.hpp"
#include "actors/store/memory_storage.hpp"
#include "messages/codec/promise_codec.hpp"
#include "messages/crypto/random.hpp"
#include "node/config/agreed_network.hpp"
#include "node/config/check_config.hpp"
#include "node/version.hpp"

#include <caf/actor_system.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace troupe {
namespace {

constexpr std::chrono::seconds start_limit{10};
constexpr std::chrono::milliseconds stop_limit{
  1500}; // the tree's own deadlines are shorter; two seconds are promised

transport::tcp_options network_options(const key_pair& key, const node_config& config) {
  transport::tcp_options options{key};
  options.reuse_address = config.reuse_address;
  options.admission.connections_max = config.max_connections;
  options.admission.inbound_handshakes_max = config.max_pending_handshakes;
  options.admission.per_host.per_second = static_cast<std::uint32_t>(config.host_rate);
  options.admission.per_host.burst = static_cast<std::uint32_t>(config.host_burst);
  options.early_muxers = config.early_muxers;
  options.identify.agent_version = config.agent_version.empty() ? agent_version() : config.agent_version;
  options.identify.signed_record = config.signed_record;
  options.idle_inbound = std::chrono::seconds{config.idle_timeout_inbound_s};
  options.idle_outbound = std::chrono::seconds{config.idle_timeout_outbound_s};
  return options;
}

/// The key of the configuration: of the data directory, of a file, or a fresh one.
expected<std::optional<key_pair>, explained> configured_key(const node_config& config) {
  const std::filesystem::path file{config.key};
  const bool in_directory = file == "identity.key" || file.empty();
  if (in_directory)
    return std::optional<key_pair>{};
  return store::read_key_file(
           file.is_absolute() || config.data.empty() ? file : std::filesystem::path{config.data} / file)
    .map([](key_pair key) { return std::optional{std::move(key)}; });
}

/// A directory of a troupe that did not record the type takes the one given, unless what was signed there is
/// of another one.
expected<void, explained> settle_type(const store::data_directory& data, const std::vector<bytes>& promises,
                                      const node_config& config) {
  std::vector<std::string> networks;
  for (const auto& type : data_types())
    networks.push_back(agreed_network(config.network, type.name));
  const auto found = brb::signed_network(promises, networks);
  for (std::size_t i = 0; i < networks.size(); ++i)
    if (found == networks[i] && data_types()[i].name != config.type)
      return unexpected(explained{fmt::format(
        "the data directory {} cannot be used: its promises are those of --type {}, not {} (start with that "
        "type, or choose another directory)",
        data.path().string(), data_types()[i].name, config.type)});
  return {};
}

/// The same of the network: nothing may be signed for another one.
expected<void, explained> settle_network(const store::data_directory& data,
                                         const std::vector<bytes>& promises, const node_config& config) {
  const std::string agreed = agreed_network(config);
  // What lies before may be more unsigned promises than are tried.
  const auto first =
    std::ranges::find_if(promises, [](const auto& record) { return slot_of(record).has_value(); });
  if (first != promises.end() && !brb::signed_network({first, promises.end()}, {&agreed, 1}))
    return unexpected(explained{fmt::format("the data directory {} cannot be used: its promises are not "
                                            "those of --network {} (start with the one it "
                                            "was made for, or choose another directory)",
                                            data.path().string(), config.network)});
  return {};
}

/// Of both, that a directory is for what the configuration says.
expected<void, explained> expect_purposes(const store::data_directory& data, const node_config& config) {
  const auto type = data.expect(store::purpose::type, config.type);
  return type ? data.expect(store::purpose::network, config.network) : type;
}

/// What the log of an earlier life says. A node whose log cannot be read does not start: it has forgotten its
/// promises.
expected<opened_store, explained> open_store(const std::optional<store::data_directory>& data,
                                             const peer_id& self, const node_config& config) {
  if (data)
    if (const auto fits = expect_purposes(*data, config); !fits)
      return unexpected(fits.error());
  auto opened = data ? data->open_promises()
                     : store::promise_log::create(std::make_shared<store::memory_storage>(), self);
  if (!opened)
    return unexpected(opened.error());
  const bool typeless = data && !data->recorded(store::purpose::type).value();
  const bool networkless = data && !data->recorded(store::purpose::network).value();
  if (typeless)
    if (const auto fits = settle_type(*data, opened->records, config); !fits)
      return unexpected(fits.error());
  if (networkless)
    if (const auto fits = settle_network(*data, opened->records, config); !fits)
      return unexpected(fits.error());
  auto records = data ? data->open_records(opened->compacted)
                      : expected<std::shared_ptr<store::record_store>, explained>{
                          std::make_shared<store::memory_record_store>()};
  if (!records)
    return unexpected(records.error());
  const auto memory =
    brb::remembered(*opened, **records, **find_data_type(config.type), agreed_network(config));
  if (!memory)
    return unexpected(memory.error());
  if (typeless)
    if (const auto recorded = data->record(store::purpose::type, config.type); !recorded)
      return unexpected(recorded.error());
  if (networkless)
    if (const auto recorded = data->record(store::purpose::network, config.network); !recorded)
      return unexpected(recorded.error());
  auto remarks = brb::lost_deliveries(opened->records);
  if (opened->torn_bytes > 0)
    remarks.push_back(
      fmt::format("the promise log ended in {} bytes of a write that never finished: they are cut "
                  "off, as nothing was said that depends on them",
                  opened->torn_bytes));
  auto peers = peer::read_peers(**records);
  if (!peers)
    remarks.push_back(peers.error().text + " (they are learnt again)");
  // What stays in memory never waits for a disk: no need to change threads for it.
  const auto where = data ? store::placement::own_thread : store::placement::pool;
  return opened_store{{opened->log, "", where, *std::move(records)},
                      *memory,
                      std::move(peers).value_or(std::vector<known_peer>{}),
                      std::move(remarks)};
}

} // namespace

expected<std::unique_ptr<assembly>, explained> assembly::make(runtime& on, const node_config& config,
                                                              std::shared_ptr<log_sink> log,
                                                              const listening_hook& listening) {
  auto key = configured_key(config);
  if (!key)
    return unexpected(key.error());
  std::optional<store::data_directory> data;
  if (!config.data.empty()) {
    auto opened = store::data_directory::open(config.data, *key);
    if (!opened)
      return unexpected(opened.error());
    data = std::move(*opened);
  }
  auto identity = data ? data->identity() : *key ? **key : key_pair::generate();
  node_context context{make_system_clock(on.actors()), std::move(log), random_stream{seed_from_system()},
                       short_name(identity.id())};
  std::unique_ptr<assembly> made{new assembly{std::move(context), std::move(identity)}};
  made->data_ = std::move(data);
  auto store = open_store(made->data_, made->key_.id(), config);
  if (!store)
    return unexpected(store.error());
  if (auto opened = made->open_network(config); !opened)
    return unexpected(opened.error());
  if (listening)
    listening(made->listen_addresses());
  for (const auto& line : store->remarks)
    made->context_.line(log_level::warn, line);
  made->trace_start();
  made->start_tree(on, config, *store);
  return made;
}

void assembly::trace_start() const {
  const auto own = network_->listen_addresses();
  if (own.empty())
    return;
  const auto say = [&](const std::string& line) { context_.line(log_level::trace, line); };
  say(fmt::format("[P2P] router cmd SayHello({})", own.front().text()));
  say("[P2P] Sent network msg successfully.");
  say(fmt::format("[P2P] router cmd AddPeer({}, {})", short_name(key_.id()), own.front().text()));
}

expected<void, explained> assembly::open_network(const node_config& config) {
  auto network = transport::tcp_network::make(network_options(key_, config));
  if (!network)
    return unexpected(network.error());
  network_ = std::move(*network);
  bridge_ = std::make_shared<peer::network_bridge>(*network_);
  for (const auto& address : config.listen)
    if (const auto bound = network_->listen(*multiaddr::parse(address)); !bound)
      return unexpected(explained{bound.error().detail});
  return {};
}

void assembly::start_tree(runtime& on, const node_config& config, const opened_store& store) {
  unit_ = std::make_shared<io_unit>(on.actors(), [network = network_.get()] { network->post([] {}); });
  network_->at_turn_end([unit = unit_] { unit->run(); });

  const auto own = network_->listen_addresses();
  const auto addresses = std::make_shared<address_table>(key_.id(), own.empty() ? multiaddr{} : own.front());
  node_parts parts{context_, key_, {}, {}, {}, {}, addresses};
  parts.peers.network = network_;
  parts.peers.bridge = bridge_;
  parts.peers.unit = unit_;
  parts.peers.network_id = agreed_network(config);
  retained_ = std::make_shared<peer::retained_budget>(static_cast<std::size_t>(config.max_retained_bytes));
  parts.peers.retained = retained_;
  parts.peers.counters = counters_;
  parts.restarts = restarts_;
  parts.crypto.counted = signatures_;
  parts.remember_peers = data_.has_value();
  parts.peers.memory->remembered = peer::remembered_peers{store.peers};
  parts.agreement.self = key_.id();
  parts.agreement.network = agreed_network(config);
  parts.agreement.type = **find_data_type(config.type);
  type_ = config.type;
  parts.agreement.manual_anti_entropy = config.anti_entropy == "manual";
  parts.agreement.members_soft_max = config.members_max;
  parts.agreement.consents = config.join_consent;
  parts.agreement.address_of = [addresses](const peer_id& who) { return addresses->of(who); };
  parts.agreement.memory = store.memory;
  parts.agreement.batches = {static_cast<std::uint32_t>(config.batch_operations),
                             std::chrono::milliseconds{config.batch_delay_ms}};
  parts.agreement.coding = {static_cast<std::size_t>(config.coded_send_min),
                            static_cast<std::size_t>(config.coded_send_members)};
  parts.agreement.checkpoint_every = config.checkpoint_every;
  parts.agreement.checkpoint_at_least_every = std::chrono::seconds{config.checkpoint_interval_s};
  parts.agreement.changed = [changes = changes_] { changes->raise(); };
  memory_ = parts.agreement.memory;
  parts.start_store = [options = store.options](caf::actor_system& system,
                                                const node_context& context) -> store::orders_handle {
    return store::spawn_store(system, context, options);
  };
  handles_ = troupe::start_tree(on.actors(), std::move(parts));
  network_->start(*bridge_);
  await_tree(handles_, start_limit);
  for (const auto& peer : config.peers)
    post(handles_.peers, peer::connect{{*parse_peer_address(peer)}});
  for (const auto& known : store.peers) {
    peer::connect again;
    for (const auto& address : known.addresses)
      again.addresses.push_back(address.with_peer(known.peer));
    post(handles_.peers, std::move(again));
  }
  running_ = true;
}

std::vector<multiaddr> assembly::listen_addresses() const {
  std::vector<multiaddr> all;
  for (const auto& address : network_->listen_addresses())
    all.push_back(address.with_peer(key_.id()));
  return all;
}

assembly::~assembly() {
  stop();
}

void assembly::stop() {
  if (!std::exchange(running_, false))
    return;
  stop_tree(handles_, stop_limit);
  network_->stop();
  unit_->retire();
}

} // namespace troupe
