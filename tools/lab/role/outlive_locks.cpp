// SPDX-License-Identifier: BSD-3-Clause
// Two contents for one slot, each to a quorum, of two groups. It asks as few of the first voters as it needs
// for one content and keeps the certificate to itself. Once every node outside has joined, each in a
// generation of its own, it asks those who hold no lock for the other content. If they are a quorum of the
// grown group, as long as nobody tells them of the lock, it has two certificates and hands out both.
#include "actors/brb/quorum.hpp"
#include "tools/lab/role/echoing_member.hpp"
#include "tools/lab/role/makers.hpp"
#include "tools/lab/role/own_content.hpp"

namespace troupe::lab {
namespace {

constexpr std::uint32_t ticks_until_asked_again = 20;

class outlive_locks final : public echoing_member {
public:
  explicit outlive_locks(role_options options) : echoing_member(std::move(options)) {
    const auto enough = brb::quorum(with().voters.size()) - 1; // and itself
    for (const auto& voter : with().voters)
      if (voter != with().self && first_.asked.size() < enough)
        first_.asked.insert(voter);
    for (const auto& other : with().others)
      if (!first_.asked.contains(other))
        second_.asked.insert(other);
  }

  /// One slot is enough.
  void execute(byte_view payload) override {
    if (first_.content)
      return;
    other_payload_ = other_operation(payload);
    first_.content.emplace(with(), 1, to_bytes(payload));
    ask(first_);
  }

  void tick() override {
    if (++ticks_ % ticks_until_asked_again != 0)
      return;
    ask(first_);
    ask(second_);
  }

private:
  struct side {
    std::set<peer_id> asked;
    std::optional<own_content> content;
  };

  void asked(const peer_id& from, const brb::send_ptr& what) override {
    echoing_member::asked(from, what);
    last_ = std::max(last_, what->gen);
    ask_the_grown_group();
  }

  void echoed(const peer_id& from, const brb::echo_message& what) override {
    if (first_.content && first_.content->count(with(), from, what))
      ask_the_grown_group();
    if (second_.content && second_.content->count(with(), from, what)) {
      hand_out(first_);
      hand_out(second_);
    }
  }

  void ask_the_grown_group() {
    const auto nodes = with().others.size() + 1;
    const bool all_joined = last_.value() == nodes - with().voters.size();
    if (second_.content || !all_joined || !first_.content || !first_.content->certificate())
      return;
    electorate grown{last_, {with().others.begin(), with().others.end()}};
    grown.members.insert(with().self);
    second_.content.emplace(with(), 1, std::move(other_payload_), std::move(grown));
    ask(second_);
  }

  void ask(const side& which) {
    if (which.content && !which.content->certificate())
      for (const auto& member : which.asked)
        tell(member, which.content->request());
  }

  void hand_out(const side& which) {
    for (const auto& member : which.asked)
      tell(member, brb::certificate_out{which.content->certificate(), true});
  }

  side first_;
  side second_;
  bytes other_payload_;
  generation last_; ///< that an honest source has named
  std::uint32_t ticks_ = 0;
};

} // namespace

std::unique_ptr<role> make_outlive_locks(role_options options) {
  return std::make_unique<outlive_locks>(std::move(options));
}

} // namespace troupe::lab
