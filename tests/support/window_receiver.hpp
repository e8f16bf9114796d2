// SPDX-License-Identifier: BSD-3-Clause
// One window whose source is played by the test, with tickets answered as the test likes.
#pragma once

#include "actors/brb/source_window.hpp"
#include "actors/datatype/orswot.hpp"
#include "tests/support/agreement_cluster.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe::test {

/// Member 1 of four receives from member 0.
struct window_receiver {
  static constexpr time_point now{};

  explicit window_receiver(std::size_t members = 4, bool readable = true) {
    auto made = std::make_shared<membership::view>();
    for (std::size_t i = 0; i < members; ++i)
      made->members[generation{0}].insert(actor_number(i));
    made->group = make_group_id(cluster_network, made->members[generation{0}]);
    view = made;
    window.emplace(options(readable), view);
  }
  static brb::source_window_options options(bool readable = true) {
    return {actor_number(1), std::string{cluster_network}, actor_number(0), orswot::describe, readable};
  }

  brb::operation_header header(std::uint64_t sequence, std::uint64_t value) const {
    return {*view->group, actor_number(0), sequence, generation{0}, sha256(payload(value)), 1};
  }
  static bytes payload(std::uint64_t value) {
    return orswot::encode({orswot::action::add, actor_number(0), value, {value}, {}});
  }
  brb::send_received request(std::uint64_t sequence, std::uint64_t value,
                             generation gen = generation{0}) const {
    const auto what = header(sequence, value);
    const auto seal = stub_sign(actor_number(0), brb::header_digest(cluster_network, what));
    return {actor_number(0),
            std::make_shared<brb::send_message>(brb::send_message{gen, what, seal, payload(value)})};
  }
  brb::certificate proof(std::uint64_t sequence, std::uint64_t value,
                         std::vector<std::size_t> signers) const {
    const auto what = header(sequence, value);
    brb::certificate made{generation{0}, what, {}, {0}, {}, payload(value)};
    for (const auto signer : signers) {
      made.signers[0] = static_cast<std::uint8_t>(made.signers[0] | (1u << signer));
      made.seals.push_back(
        stub_sign(actor_number(signer), brb::echo_digest(cluster_network, generation{0}, what)));
    }
    return made;
  }
  void certificate(const brb::certificate& what, std::size_t from = 0) {
    window->handle(brb::certificate_received{actor_number(from), std::make_shared<brb::certificate>(what)},
                   now);
  }

  template <class Effect>
  std::vector<Effect> take() {
    std::vector<Effect> found;
    while (auto effect = window->poll()) {
      if (auto* wanted = std::get_if<Effect>(&*effect))
        found.push_back(std::move(*wanted));
      if (const auto* line = std::get_if<note>(&*effect))
        notes.push_back(line->text);
    }
    return found;
  }
  /// Answers every ticket until nothing is left; the packets that left.
  std::vector<brb::send_packet> settle() {
    std::vector<brb::send_packet> sent;
    while (auto effect = window->poll()) {
      if (auto* packet = std::get_if<brb::send_packet>(&*effect))
        sent.push_back(*packet);
      else if (const auto* stored = std::get_if<persist>(&*effect)) {
        records.push_back(stored->record);
        window->handle(persisted{stored->id, true}, now);
      } else if (const auto* check = std::get_if<verify>(&*effect))
        window->handle(verified{check->id, genuine(*check)}, now);
      else if (const auto* wish = std::get_if<sign>(&*effect))
        window->handle(signed_off{wish->id, to_bytes(stub_sign(actor_number(1), wish->message))}, now);
      else if (const auto* ask = std::get_if<brb::source_window::validate>(&*effect))
        window->handle(brb::validated{ask->id, refusal}, now);
      else if (const auto* line = std::get_if<note>(&*effect))
        notes.push_back(line->text);
      else if (const auto* done = std::get_if<brb::source_window::deliver>(&*effect))
        delivered.push_back(done->what->header.sequence);
      else if (const auto* timer = std::get_if<arm>(&*effect))
        woken.push_back(timer->timer);
    }
    return sent;
  }
  static bool genuine(const verify& check) {
    const auto seal = stub_sign(check.signer, check.message);
    return std::equal(seal.begin(), seal.end(), check.signed_by.begin(), check.signed_by.end());
  }
  bool dropped(std::string_view why) const {
    const auto line = "[CLI] dropping packet: " + std::string{why};
    return !notes.empty() && notes.back() == line;
  }

  brb::view_ptr view;
  std::optional<brb::source_window> window;
  std::optional<std::string> refusal;
  std::vector<bytes> records;
  std::vector<timer_id> woken;
  std::vector<std::string> notes;
  std::vector<std::uint64_t> delivered;
};

} // namespace troupe::test
