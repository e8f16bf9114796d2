// SPDX-License-Identifier: BSD-3-Clause
// Members (and one stranger) that lie in brb 1.0.10, each by changing as little of an honest machine as its
// lie takes.
#include "tools/lab/algorithm/original_machine.hpp"
#include "tools/lab/algorithm/two_faces.hpp"

#include "messages/types/assert.hpp"

namespace troupe::lab::original {

namespace {

/// Every member is asked to sign both contents; who signs the first it sees is split, who signs all is not.
/// The proof of each goes to the half that was asked for it first.
class equivocating final : public machine {
public:
  using machine::machine;

  expected<std::uint64_t, std::string> execute(byte_view operation) override {
    const auto truth = next_message(operation);
    splitting_ = true;
    auto outcome = machine::execute(operation);
    splitting_ = false;
    const auto late = std::exchange(late_, {});
    if (!outcome)
      return outcome;
    twin_ = truth;
    twin_.op = other_content(truth.op);
    for (const auto& member : *members(generation()))
      if (member != self())
        transmit(member, request_validation{twin_});
    for (const auto& member : late)
      transmit(member, request_validation{truth});
    if (members(generation())->contains(self()))
      // What it signs of its own is as good as anybody's.
      static_cast<void>(collect(self(), sign(twin_)));
    return outcome;
  }

private:
  void transmit(const peer_id& to, const payload& content) override {
    const auto other = told_other_content(*members(generation()), self(), to);
    if (splitting_ && to != self() && other) {
      late_.push_back(to);
      return;
    }
    const auto* agreed = std::get_if<proof_of_agreement>(&content);
    if (agreed != nullptr && agreed->what.actor == self() && to != self() && (agreed->what == twin_) != other)
      return;
    machine::transmit(to, content);
  }

  bool splitting_ = false;
  std::vector<peer_id> late_; // asked for the truth after the other content
  message twin_;
};

/// Signs whatever it is asked to, and the other content with it.
class double_echoing final : public machine {
public:
  using machine::machine;

private:
  result check_request(const peer_id& from, const message& what) const override {
    return from == self() ? machine::check_request(from, what) : result{};
  }

  void transmit(const peer_id& to, const payload& content) override {
    machine::transmit(to, content);
    const auto* vouched = std::get_if<signed_validated>(&content);
    if (vouched == nullptr || to == self())
      return;
    auto unasked = vouched->what;
    unasked.op = other_content(unasked.op);
    machine::transmit(to, sign(std::move(unasked)));
  }
};

/// Its proofs go to one other member, not even to itself, so its first operation is its last.
class withholding final : public machine {
public:
  using machine::machine;

private:
  void transmit(const peer_id& to, const payload& content) override {
    const auto* agreed = std::get_if<proof_of_agreement>(&content);
    if (agreed != nullptr && agreed->what.actor == self() && to != favoured(*members(generation()), self()))
      return;
    machine::transmit(to, content);
  }
};

/// Issues operations of its own and answers nobody.
class mute_one final : public machine {
public:
  using machine::machine;

  void handle(const peer_id& from, byte_view packet) override {
    const auto got = decode(packet);
    if (!got || !std::holds_alternative<anti_entropy>(got->content))
      machine::handle(from, packet);
  }

private:
  void transmit(const peer_id& to, const payload& content) override {
    const auto answer =
      std::holds_alternative<signed_validated>(content) || std::holds_alternative<delivered>(content);
    if (!answer || to == self())
      machine::transmit(to, content);
  }
};

/// No member. Signs what it is asked to, what it learns from histories after the fact, and slots that nobody
/// opened, and tells the sources.
class outside final : public machine {
public:
  using machine::machine;

  void handle(const peer_id& from, byte_view packet) override {
    machine::handle(from, packet);
    const auto got = decode(packet);
    const auto* agreed = got ? std::get_if<proof_of_agreement>(&got->content) : nullptr;
    if (agreed != nullptr && agreed->what.actor != self())
      transmit(agreed->what.actor, sign(agreed->what));
  }

  void resend() override {
    machine::resend();
    ++minted_;
    for (const auto& victim : *members(generation()))
      if (victim != self()) {
        transmit(victim, sign({generation(), victim, minted_, to_bytes(as_bytes("minted"))}));
        catch_up(victim);
      }
  }

private:
  result check_request(const peer_id& from, const message& what) const override {
    return from == self() ? machine::check_request(from, what) : result{};
  }

  std::uint64_t minted_ = 0;
};

/// Hands everybody what the members have signed in another network, where their next slots hold something
/// else.
class from_elsewhere final : public machine {
public:
  using machine::machine;

  void resend() override {
    machine::resend();
    const auto& voting = *members(generation());
    for (const auto& victim : voting) {
      const auto known = delivered_clock().find(victim);
      const message what{generation(), victim, known == delivered_clock().end() ? 1 : known->second + 1,
                         to_bytes(as_bytes("add elsewhere"))};
      proof signatures;
      for (const auto& signer : voting)
        signatures.emplace(signer, with().elsewhere(signer, encode(what)));
      for (const auto& member : voting)
        if (member != self() && victim != self())
          transmit(member, proof_of_agreement{what, signatures});
    }
  }
};

} // namespace

} // namespace troupe::lab::original

namespace troupe::lab {

std::unique_ptr<broadcast> make_original_liar(broadcast_options options, lie how) {
  switch (how) {
  case lie::equivocate:
    return std::make_unique<original::equivocating>(std::move(options));
  case lie::double_echo:
    return std::make_unique<original::double_echoing>(std::move(options));
  case lie::withhold:
    return std::make_unique<original::withholding>(std::move(options));
  case lie::mute:
    return std::make_unique<original::mute_one>(std::move(options));
  case lie::outsider:
    return std::make_unique<original::outside>(std::move(options));
  case lie::other_network:
    return std::make_unique<original::from_elsewhere>(std::move(options));
  }
  TROUPE_ASSERT(false); // every lie is above
  return nullptr;
}

} // namespace troupe::lab
