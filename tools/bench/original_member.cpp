// SPDX-License-Identifier: BSD-3-Clause
#include "tools/bench/original_member.hpp"

#include "actors/peer/lane_sink_interface.hpp"
#include "actors/store/key_file.hpp"
#include "tools/bench/brb_member.hpp"
#include "tools/lab/algorithm/broadcast_actor.hpp"
#include "tools/process/child_process.hpp"

#include <atomic>
#include <deque>
#include <mutex>
#include <stdexcept>

namespace troupe::bench {
namespace {

/// The original leaves sending again to its user; here nothing is lost that would have to be.
constexpr duration never = std::chrono::hours{24 * 365};

struct counters {
  std::atomic<std::uint64_t> delivered{0};
  std::atomic<std::uint64_t> made{0};
  std::atomic<std::uint64_t> checked{0};
};

lab::signing counted(const key_pair& key, const std::shared_ptr<counters>& to) {
  return {[key, to](byte_view message) {
            to->made.fetch_add(1, std::memory_order_relaxed);
            return key.sign(message);
          },
          [to](const peer_id& signer, byte_view message, byte_view signed_by) {
            to->checked.fetch_add(1, std::memory_order_relaxed);
            return verify_ed25519(signer, message, signed_by);
          }};
}

} // namespace

/// The algorithm's actor and what waits for it; kept by the answers that are under way.
struct original_member::part : std::enable_shared_from_this<part> {
  struct waiting {
    std::size_t left;
    std::size_t refused = 0;
    std::function<void(std::size_t refused)> done;
  };

  /// With the first of what waits; once it is answered, with the next.
  void go_on() {
    post(actor,
         lab::broadcast_command{bytes(op_bytes, 'x'), true, [self = shared_from_this()](const auto& error) {
                                  self->answered(error.empty());
                                }});
  }
  void answered(bool taken) {
    std::unique_lock hold{guard};
    auto& first = queue.front();
    first.refused += taken ? 0u : 1u;
    std::optional<waiting> finished;
    if (--first.left == 0) {
      finished = std::move(first);
      queue.pop_front();
    }
    const bool more = !queue.empty();
    hold.unlock();
    if (more)
      go_on();
    if (finished)
      finished->done(finished->refused);
  }
  void ask(waiting what) {
    std::unique_lock hold{guard};
    queue.push_back(std::move(what));
    const bool idle = queue.size() == 1;
    hold.unlock();
    if (idle)
      go_on();
  }

  std::size_t op_bytes = 0;
  lab::signing keys;
  lab::broadcast_handle actor;
  std::shared_ptr<counters> counted = std::make_shared<counters>();
  std::mutex guard;
  std::deque<waiting> queue;
};

original_member::original_member(runtime& on, const member_options& options)
  : on_(on), options_(options), part_(std::make_shared<part>()) {
  const auto key = key_pair::generate();
  const temporary_directory folder; // a node takes its key from a file
  node::options with;
  with.config.key = folder.path() + "/identity.key";
  if (const auto written = store::write_key_file(with.config.key, key); !written)
    throw std::runtime_error{written.error().text};
  with.config.repl = false;
  with.config.anti_entropy = "manual";
  auto started = node::start(on, std::move(with));
  if (!started)
    throw std::runtime_error{started.error().text};
  node_ = std::move(*started);
  part_->op_bytes = options.op_bytes;
  part_->keys = counted(key, part_->counted);
}

original_member::~original_member() {
  if (part_->actor)
    ask_to_stop(part_->actor);
  node_->stop();
}

void original_member::meet(const std::vector<multiaddr>& everybody) {
  lab::voters group;
  for (const auto& one : everybody)
    group.members.insert(*one.peer());
  const auto peers = node_->peers_actor();
  lab::broadcast_actor_options how;
  how.make = lab::make_original;
  how.start = {node_->self(), part_->keys, group};
  how.ledger = std::make_shared<lab::broadcast_ledger>();
  how.saw = [counted = part_->counted](const lab::broadcast::effect& what) {
    if (std::holds_alternative<lab::broadcast::deliver>(what))
      counted->delivered.fetch_add(1, std::memory_order_relaxed);
  };
  how.resend_every = never;
  part_->actor =
    lab::spawn_broadcast(on_.actors(), node_->context().named("original"), peers, std::move(how));
  peer::lane_spec lane;
  lane.protocol = lab::broadcast_protocol;
  lane.sink = peer::deliver_to<flat<wire::LabPacket>>(part_->actor);
  post(peers, std::move(lane));
  find_one_another(*node_, everybody);
}

void original_member::ask(std::size_t commands, std::function<void(std::size_t refused)> done) {
  part_->ask({commands, 0, std::move(done)});
}

member_counts original_member::counts() {
  auto all = counts_of(*node_);
  all.delivered = part_->counted->delivered;
  all.made = part_->counted->made;
  all.checked = part_->counted->checked;
  return all;
}

} // namespace troupe::bench
