// SPDX-License-Identifier: BSD-3-Clause
// A group that grows by one member in each generation, what one source says to it, and the window of any one
// member, with tickets answered as the test likes.
#pragma once

#include "actors/brb/source_window.hpp"
#include "actors/datatype/orswot.hpp"
#include "tests/support/agreement_cluster.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace troupe::brb::testing {

using namespace std::chrono_literals;
using test::actor_number;
using test::cluster_network;
using test::stub_sign;

inline constexpr std::size_t joiner = 4;
inline const auto source = actor_number(0);
inline const generation founded{0};
inline const generation grown{1};

/// Members 0 to 3; number 4 comes in generation 1, number 5 in generation 2.
inline view_ptr group_at(generation now) {
  auto made = std::make_shared<membership::view>();
  for (std::size_t i = 0; i < 4; ++i)
    made->members[founded].insert(actor_number(i));
  made->group = make_group_id(cluster_network, made->members[founded]);
  for (auto g = grown; g <= now; g = g.next()) {
    made->members[g] = made->members[generation{g.value() - 1}];
    made->members[g].insert(actor_number(3 + g.value()));
  }
  made->gen = now;
  return made;
}
inline const group_id group = *group_at(founded)->group;

inline bytes payload(std::uint64_t value) {
  return orswot::encode({orswot::action::add, source, value, {value}, {}});
}
inline operation_header header(std::uint64_t sequence, std::uint64_t value) {
  return {group, source, sequence, founded, sha256(payload(value)), 1};
}
inline sealed_header lock(std::uint64_t sequence, std::uint64_t value) {
  const auto what = header(sequence, value);
  return {what, stub_sign(source, header_digest(cluster_network, what))};
}
inline certificate_ptr proof(std::uint64_t sequence, std::uint64_t value, std::size_t signers = 3) {
  certificate made{founded, header(sequence, value), lock(sequence, value).seal, {0}, {}, payload(value)};
  for (std::size_t i = 1; i <= signers; ++i) {
    made.signers[0] = static_cast<std::uint8_t>(made.signers[0] | (1u << i));
    made.seals.push_back(stub_sign(actor_number(i), echo_digest(cluster_network, founded, made.header)));
  }
  return std::make_shared<const certificate>(std::move(made));
}

class member {
public:
  explicit member(std::size_t number, generation at) : number_(number) { live(at); }

  void live(generation at) { live(group_at(at)); }
  void live(view_ptr at) {
    window.emplace(
      source_window_options{actor_number(number_), std::string{cluster_network}, source, orswot::describe},
      std::move(at));
    for (const auto& record : records)
      window->restore(*decode_promise(record, cluster_network));
    window->start(now);
  }
  void at(generation g) {
    window->handle(view_update{group_at(g)}, now);
    settle();
  }
  void request(std::uint64_t sequence, std::uint64_t value, generation gen) {
    const auto what = lock(sequence, value);
    window->handle(send_received{source, std::make_shared<send_message>(
                                           send_message{gen, what.header, what.seal, payload(value)})},
                   now);
    settle();
  }
  void certify(std::uint64_t sequence, std::uint64_t value) {
    window->handle(certificate_received{source, proof(sequence, value)}, now);
    settle();
  }
  void told(std::size_t by, std::uint64_t delivered, std::vector<sealed_header> locks = {},
            certificate_ptr last = {}) {
    lock_answer what{group, source, window_since, delivered, std::move(locks), std::move(last), {}};
    window->handle(locks_told{actor_number(by), std::make_shared<const lock_answer>(std::move(what))}, now);
    settle();
  }
  void asked(std::size_t by, generation gen) {
    now += 1s;
    window->handle(locks_asked{actor_number(by), {group, source, gen}}, now);
    settle();
  }
  void settle() {
    while (auto effect = window->poll()) {
      if (const auto* stored = std::get_if<persist>(&*effect)) {
        if (slow_disk)
          continue;
        if (stores)
          records.push_back(stored->record);
        window->handle(persisted{stored->id, stores}, now);
      } else if (const auto* check = std::get_if<verify>(&*effect)) {
        const auto seal = stub_sign(check->signer, check->message);
        const bool valid = std::equal(seal.begin(), seal.end(), check->signed_by.begin());
        if (answers_checks)
          window->handle(verified{check->id, valid}, now);
      } else if (const auto* wish = std::get_if<sign>(&*effect)) {
        window->handle(signed_off{wish->id, to_bytes(stub_sign(actor_number(number_), wish->message))}, now);
      } else if (const auto* ask = std::get_if<source_window::validate>(&*effect)) {
        window->handle(validated{ask->id, std::nullopt}, now);
      } else if (const auto* packet = std::get_if<send_packet>(&*effect)) {
        if (const auto* echo = std::get_if<echo_message>(&packet->what))
          echoes.push_back(*echo);
        else if (std::holds_alternative<lock_query>(packet->what))
          questions.push_back(packet->to);
      } else if (const auto* locks = std::get_if<source_window::hand_locks>(&*effect)) {
        handed.push_back(*locks);
      } else if (const auto* wrong = std::get_if<report>(&*effect)) {
        reports.push_back(static_cast<brb_errc>(wrong->code));
      } else if (std::holds_alternative<source_window::suspected>(*effect)) {
        ++suspicions;
      } else if (const auto* timer = std::get_if<arm>(&*effect)) {
        timers.push_back(timer->timer);
      }
    }
  }
  void expire() {
    for (const auto timer : std::exchange(timers, {}))
      window->expire(timer, now);
    settle();
  }

  generation window_since = grown;
  std::optional<source_window> window;
  time_point now{};
  std::vector<bytes> records;
  std::vector<echo_message> echoes;
  std::vector<peer_id> questions;
  std::vector<source_window::hand_locks> handed;
  std::vector<brb_errc> reports;
  std::vector<timer_id> timers;
  std::size_t suspicions = 0;
  bool stores = true;
  bool slow_disk = false; ///< nothing is answered
  bool answers_checks = true;

private:
  std::size_t number_;
};

} // namespace troupe::brb::testing
