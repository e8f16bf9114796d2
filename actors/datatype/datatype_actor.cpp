// SPDX-License-Identifier: BSD-3-Clause
#include "actors/datatype/datatype_interface.hpp"

#include "actors/datatype/ledger.hpp"
#include "actors/datatype/orswot.hpp"
#include "actors/runtime/shell/spawn.hpp"
#include "messages/types/assert.hpp"

#include <caf/typed_response_promise.hpp>

namespace troupe::datatype {
namespace {

constexpr std::size_t readers_max = 256; // that wait for the value

struct state {
  std::optional<ledger> book; ///< null until broadcast has told what is in it
  std::string unreadable;     ///< why there is none, if broadcast has told that
  std::vector<std::pair<command, caf::typed_response_promise<value_read>>> readers;
  static inline const char* name = "datatype";
};

datatype_handle::behavior_type datatype_actor(self_ptr<datatype_handle, state> self, node_context,
                                              known_data_type type, peer_id owner, std::function<void()> changed) {
  const auto tell = [changed] {
    if (changed)
      changed();
  };
  const auto reading = [self](const command& question) {
    if (!self->state.book)
      return value_read{unexpected(self->state.unreadable), {}};
    const auto& value = self->state.book->type();
    const auto* set = dynamic_cast<const orswot::replica*>(&value);
    return value_read{value.answer(question), set ? set->values() : std::set<std::uint64_t>{}};
  };
  // Who asks before the reset is of a life of broadcast that has ended.
  return {
    [self](const validate_operation& ask) {
      if (!self->state.book)
        return;
      charged_to(ask.source, [&] {
        send(self, ask.who, brb::validated{ask.what.id, self->state.book->validate(ask.source, ask.what)});
      });
    },
    [self](const prepare_operation& ask) {
      if (self->state.book)
        send(self, ask.who, self->state.book->prepare(ask.what));
    },
    [self, tell](const apply_operation& agreed) {
      if (!self->state.book)
        return;
      self->state.book->apply(*agreed.what);
      tell();
    },
    [self, type, owner, reading, tell](const reset_data& anew) {
      auto value = type.make();
      // It was read before: when it was fetched, or when the node opened its data.
      TROUPE_ASSERT(!anew.saved || value->load(*anew.saved));
      self->state.unreadable = anew.unreadable;
      self->state.book.reset();
      if (anew.unreadable.empty())
        self->state.book.emplace(std::move(value), owner);
      for (const auto& agreed : anew.delivered)
        self->state.book->apply(*agreed);
      for (auto& [question, reader] : std::exchange(self->state.readers, {}))
        reader.deliver(reading(question));
      tell();
    },
    [self, reading](const read_value& asked) {
      // Between our start and the reset there is nothing to read, not even an empty value.
      auto answer = self->make_response_promise<value_read>();
      if (self->state.book || !self->state.unreadable.empty())
        answer.deliver(reading(asked.question));
      else if (self->state.readers.size() < readers_max)
        self->state.readers.emplace_back(asked.question, answer);
      else
        answer.deliver(error_of(runtime_errc::restarting));
      return answer;
    }};
}

} // namespace

datatype_handle spawn_data_type(caf::actor_system& system, node_context context, known_data_type type,
                                const peer_id& self, std::function<void()> changed) {
  return spawn(system, std::move(context), datatype_actor, type, self, std::move(changed));
}

} // namespace troupe::datatype
