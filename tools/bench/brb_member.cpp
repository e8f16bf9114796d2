// SPDX-License-Identifier: BSD-3-Clause
#include "tools/bench/brb_member.hpp"

#include "actors/brb/packets.hpp"
#include "messages/codec/register_codec.hpp"

#include <algorithm>
#include <stdexcept>

namespace troupe::bench {
namespace {

using std::chrono::seconds;

constexpr duration step_limit = seconds{20};
constexpr duration catch_up_limit = seconds{60};
constexpr std::size_t commands_of_a_request = 64;
/// Under way at full load: enough for a group of four to fill every window and the batch behind it. As many
/// of each member of a large group would wait for longer than a command does.
constexpr std::size_t batches_of_a_group = 4 * (brb::pipeline_max + 2);
constexpr std::size_t batches_of_a_member = 3;

void check(const node::outcome& done) {
  if (!done)
    throw std::runtime_error{done.error().text};
}

} // namespace

brb_member::brb_member(runtime& on, const member_options& options) : options_(options) {
  node::options with;
  with.config.data = options.data;
  with.config.type = "register";
  with.config.repl = false;
  with.config.batch_operations = options.batch;
  auto started = node::start(on, std::move(with));
  if (!started)
    throw std::runtime_error{started.error().text};
  node_ = std::move(*started);
}

void find_one_another(node& self, const std::vector<multiaddr>& everybody) {
  for (const auto& one : everybody)
    if (*one.peer() < self.self()) // who has not answered within a second is dialled again
      (void)ask<node::outcome>([&](auto done) { self.connect(one, done); });
  const bool met = self.wait_until(
    [&] {
      const auto known = ask<std::vector<peer_status>>([&](auto done) { self.peers(done); });
      return std::count_if(known.begin(), known.end(), [](const auto& p) { return p.session; }) + 1 >=
             static_cast<std::ptrdiff_t>(everybody.size());
    },
    step_limit);
  if (!met)
    throw std::runtime_error{"the members do not find one another"};
}

void brb_member::meet(const std::vector<multiaddr>& everybody) {
  for (const auto& one : everybody)
    check(troupe::ask<node::outcome>([&](auto done) { node_->trust(*one.peer(), done); }));
  find_one_another(*node_, everybody);
}

appetite brb_member::full_load() const {
  const auto commands = std::min<std::size_t>(options_.batch, commands_of_a_request);
  const auto batches = std::max(batches_of_a_group / options_.members, batches_of_a_member);
  return {(batches * options_.batch + commands - 1) / commands, commands};
}

void brb_member::ask(std::size_t commands, std::function<void(std::size_t refused)> done) {
  const command one{"set", {std::string(options_.op_bytes - last_value::overhead, 'x')}};
  node_->execute_all(
    std::vector<command>(commands, one),
    [done = std::move(done)](const std::vector<std::string>& errors) {
      done(static_cast<std::size_t>(
        std::count_if(errors.begin(), errors.end(), [](const auto& error) { return !error.empty(); })));
    },
    brb::answer_when::delivered);
}

member_counts counts_of(node& self) {
  member_counts all;
  for (const auto& one : ask<std::vector<metric>>([&](auto done) { self.metrics(done); })) {
    const auto value = static_cast<std::uint64_t>(one.value);
    if (one.name == "troupe_operations_delivered_total")
      all.delivered = value;
    else if (one.name == "troupe_frames_sent_total")
      all.frames = value;
    else if (one.name == "troupe_signatures_made_total")
      all.made = value;
    else if (one.name == "troupe_signatures_checked_total")
      all.checked = value;
  }
  return all;
}

member_counts brb_member::counts() {
  return counts_of(*node_);
}

std::string brb_member::read() {
  const auto value =
    troupe::ask<expected<std::string, explained>>([&](auto done) { node_->ask_type({}, done); });
  return value ? *value : value.error().text;
}

bool brb_member::reach(const std::string& value) {
  return node_->wait_until([&] { return read() == value; }, catch_up_limit);
}

void brb_member::connect(const multiaddr& to) {
  check(troupe::ask<node::outcome>([&](auto done) { node_->connect(to, done); }));
  check(troupe::ask<node::outcome>([&](auto done) { node_->trust(*to.peer(), done); }));
}

void brb_member::propose(const peer_id& joiner) {
  check(troupe::ask<node::outcome>([&](auto done) { node_->join(joiner, done); }));
}

} // namespace troupe::bench
