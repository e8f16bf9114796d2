// SPDX-License-Identifier: BSD-3-Clause
// Members (and one stranger) that lie in Bracha's broadcast, each by changing as little of an honest machine
// as its lie takes.
#include "tools/lab/algorithm/bracha_machine.hpp"
#include "tools/lab/algorithm/two_faces.hpp"

#include "messages/types/assert.hpp"

#include <tuple>

namespace troupe::lab::bracha {

namespace {

bool is_vote(const packet& content) {
  return content.what == kind::echo || content.what == kind::ready;
}

/// Each half of the members is sent its own content, with this member's echo and ready for it.
class equivocating final : public machine {
public:
  using machine::machine;

private:
  void transmit(const peer_id& to, const packet& content) override {
    auto told = content;
    if (content.source == self() && content.what != kind::progress &&
        told_other_content(members(), self(), to))
      told.op = other_content(content.op);
    machine::transmit(to, told);
    if (content.source == self() && content.what == kind::echo) {
      told.what = kind::ready;
      machine::transmit(to, told);
    }
  }
};

/// Tells each member what that member believes: it echoes and is ready for whatever comes, to whom it comes
/// from. Once for each content, or two of its kind would never stop.
class double_echoing final : public machine {
public:
  using machine::machine;

  void handle(const peer_id& from, byte_view encoded) override {
    machine::handle(from, encoded);
    auto got = decode(encoded);
    if (!got || got->what == kind::progress || got->source == self())
      return;
    auto question = std::tuple{from, got->source, got->sequence, sha256(got->op)};
    if (answered_.contains(question))
      return;
    if (answered_.size() >= answered_max)
      answered_.clear();
    answered_.insert(std::move(question));
    for (const auto what : {kind::echo, kind::ready}) {
      got->what = what;
      machine::transmit(from, *got);
    }
  }

private:
  static constexpr std::size_t answered_max = 4096;

  void transmit(const peer_id& to, const packet& content) override {
    if (!is_vote(content) || content.source == self())
      machine::transmit(to, content);
  }

  std::set<std::tuple<peer_id, peer_id, std::uint64_t, digest>> answered_;
};

/// Sends its operations to the fewest that make an echo quorum with its own, and its own votes to one of them
/// only. It sends nothing of its own again.
class withholding final : public machine {
public:
  using machine::machine;

  void resend() override {
    resending_ = true;
    machine::resend();
    resending_ = false;
  }

private:
  void transmit(const peer_id& to, const packet& content) override {
    if (content.source == self()) {
      const auto chosen = content.what == kind::send ? among_first(to) : to == favoured(members(), self());
      if (!chosen || resending_)
        return;
    }
    machine::transmit(to, content);
  }

  bool among_first(const peer_id& to) const {
    std::size_t before = 0;
    for (const auto& member : members())
      before += member != self() && member < to;
    return before + 1 < echo_quorum(members().size());
  }

  bool resending_ = false;
};

/// Issues operations of its own and answers nobody.
class mute_one final : public machine {
public:
  using machine::machine;

private:
  void transmit(const peer_id& to, const packet& content) override {
    if (content.source == self())
      machine::transmit(to, content);
  }
};

/// No member. Votes for what it sees, and for slots that nobody opened.
class outside final : public machine {
public:
  using machine::machine;

  void handle(const peer_id& from, byte_view encoded) override {
    machine::handle(from, encoded);
    const auto got = decode(encoded);
    if (got && got->what == kind::send)
      vouch(from, got->sequence, got->op);
  }

  void resend() override {
    machine::resend();
    for (const auto& victim : members())
      if (victim != self())
        vouch(victim, delivered(victim) + 1, to_bytes(as_bytes("minted")));
  }

private:
  void vouch(const peer_id& source, std::uint64_t sequence, const bytes& op) {
    for (const auto what : {kind::echo, kind::ready})
      for (const auto& member : members())
        if (member != self())
          transmit(member, {what, source, sequence, op, false});
  }
};

} // namespace

} // namespace troupe::lab::bracha

namespace troupe::lab {

std::unique_ptr<broadcast> make_bracha_liar(broadcast_options options, lie how) {
  switch (how) {
  case lie::equivocate:
    return std::make_unique<bracha::equivocating>(std::move(options));
  case lie::other_network: // nothing is signed here that could be shown elsewhere
  case lie::double_echo:
    return std::make_unique<bracha::double_echoing>(std::move(options));
  case lie::withhold:
    return std::make_unique<bracha::withholding>(std::move(options));
  case lie::mute:
    return std::make_unique<bracha::mute_one>(std::move(options));
  case lie::outsider:
    return std::make_unique<bracha::outside>(std::move(options));
  }
  TROUPE_ASSERT(false); // every lie is above
  return nullptr;
}

} // namespace troupe::lab
