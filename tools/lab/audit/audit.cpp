// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/audit/audit.hpp"

#include "actors/brb/certificate_check.hpp"
#include "actors/brb/checkpoint_records.hpp"
#include "actors/brb/signed_network.hpp"
#include "actors/datatype/data_types.hpp"
#include "actors/membership/voting_group.hpp"
#include "messages/codec/promise_seal.hpp"
#include "messages/crypto/keys.hpp"
#include "node/config/node_config.hpp"
#include "tools/lab/audit/readable_records.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace troupe::lab {
namespace {

using place = std::pair<peer_id, std::uint64_t>; ///< source and sequence number

std::string text_of(const place& where) {
  return fmt::format("{}/{}", short_name(where.first), where.second);
}

/// What one directory says, decoded.
struct decoded_node {
  const stored_node* from = nullptr;
  std::vector<brb::send_message> locks;
  std::vector<brb::certificate_ptr> deliveries; ///< in the order of the log
  brb::delivered_vector covered;                ///< what the log leaves to the checkpoint
  membership::view group;
  /// All that were members of a generation while there were operations: `trust` and `untrust` change it.
  std::map<generation, std::set<std::set<peer_id>>> electorates;

  std::optional<group_id> operated_in() const {
    if (!locks.empty())
      return locks.front().header.group;
    return deliveries.empty() ? std::nullopt : std::optional{deliveries.front()->header.group};
  }
};

decoded_node decode(const stored_node& from, const std::string& network,
                    std::vector<std::string>& violations) {
  decoded_node result;
  result.from = &from;
  membership::voting_group group{{.self = from.id, .network = network}};
  const auto add_electorates = [&] {
    result.group = group.snapshot();
    for (const auto& [g, members] : result.group.members)
      result.electorates[g].insert(members);
  };
  for (std::size_t i = 0; i < from.promises.size(); ++i) {
    const auto read = decode_promise(from.promises[i], network);
    if (!read) {
      const bool damaged = look_at_seal(from.promises[i]) != promise_seal::whole;
      violations.push_back(
        fmt::format("{}: promise {} {}", from.path, i, damaged ? "is damaged" : "cannot be read"));
    } else if (const auto* lock = std::get_if<lock_promise>(&*read)) {
      result.locks.push_back(lock->what);
    } else if (const auto* done = std::get_if<delivered_promise>(&*read)) {
      result.deliveries.push_back(done->what);
    } else {
      if (const auto* covered = std::get_if<covered_promise>(&*read))
        result.covered = covered->up_to;
      // Those until now, if they were more than founders who gather: after a compaction only who is sent away
      // tells.
      const auto* forced = std::get_if<forced_promise>(&*read);
      const bool used = !result.locks.empty() || !result.deliveries.empty() ||
                        (from.compacted && forced && forced->change.kind == membership::change_kind::leave);
      if (forced && used)
        add_electorates();
      group.restore(*read);
    }
  }
  add_electorates();
  return result;
}

class auditor {
public:
  auditor(const std::vector<stored_node>& nodes, audit_report& report) : report_(report) {
    for (const auto& one : nodes)
      nodes_.push_back(decode(one, report.network, report.violations));
  }

  void run() {
    for (const auto& one : nodes_) {
      audited_node seen{one.from->path,
                        short_name(one.from->id),
                        one.from->promises.size(),
                        0,
                        one.from->torn_bytes,
                        one.from->compacted,
                        {}};
      if (one.from->records)
        seen.records = count_readable(*one.from, report_.violations);
      for (const auto& lock : one.locks)
        hold(one, lock.header, lock.seal, "locked");
      for (const auto& done : one.deliveries) {
        hold(one, done->header, done->header_seal, "delivered");
        prove(one, *done);
      }
      for (const auto& [source, last] : in_order(one))
        seen.delivered[short_name(source)] = last;
      report_.nodes.push_back(std::move(seen));
    }
    for (const auto& [where, by] : slots_)
      if (by.size() > 1)
        say("{} holds {} operations: {}", text_of(where), by.size(), joined(by));
    report_.slots = slots_.size();
    same_group();
    same_decisions();
  }

private:
  using holders = std::map<digest, std::set<std::string>>; ///< who says so, by the header's digest

  template <class... Words>
  void say(fmt::format_string<Words...> form, Words&&... words) {
    report_.violations.push_back(fmt::format(form, std::forward<Words>(words)...));
  }

  static std::string joined(const holders& all) {
    std::string text;
    for (const auto& [which, by] : all)
      text += fmt::format("{}{:02x}{:02x}{:02x} {}", text.empty() ? "" : "; ", which[0], which[1], which[2],
                          fmt::join(by, ", "));
    return text;
  }

  void hold(const decoded_node& by, const brb::operation_header& header, const signature& seal,
            const char* how) {
    const auto which = brb::header_digest(report_.network, header);
    const place where{header.source, header.sequence};
    auto& all = slots_[where];
    if (!all.contains(which) && !verify_ed25519(header.source, which, seal))
      say("{}: {} is {} without a valid signature of its source", by.from->path, text_of(where), how);
    all[which].insert(fmt::format("{} by {}", how, by.from->path));
  }

  enum class proof : std::uint8_t { of_unknown_members, no_quorum, false_signature, holds };

  /// By any of those who were members of a generation to this node; if it knows none, to any other. `named`
  /// says which signatures count if these are the members.
  template <class Named>
  proof judge(const decoded_node& by, generation g, Named named) {
    auto best = judge_alone(by, g, named);
    for (auto other = nodes_.begin(); other != nodes_.end() && best == proof::of_unknown_members; ++other)
      best = judge_alone(*other, g, named);
    return best;
  }

  template <class Named>
  proof judge_alone(const decoded_node& by, generation g, Named named) {
    auto best = proof::of_unknown_members;
    const auto known = by.electorates.find(g);
    if (known == by.electorates.end())
      return best;
    for (const auto& members : known->second)
      if (best != proof::holds && !members.empty())
        best = std::max(best, outcome_of(named(members)));
    return best;
  }

  proof outcome_of(const expected<std::vector<brb::seal_check>, brb::brb_errc>& seals) {
    if (!seals)
      return proof::no_quorum;
    const bool all = std::ranges::all_of(*seals, [&](const auto& one) { return valid(one); });
    return all ? proof::holds : proof::false_signature;
  }

  void prove(const decoded_node& by, const brb::certificate& what) {
    ++report_.certificates;
    const place where{what.header.source, what.header.sequence};
    const auto outcome = judge(by, what.gen, [&](const auto& members) {
      return brb::seals_to_verify(report_.network, what, members);
    });
    if (outcome == proof::of_unknown_members)
      ++report_.unknown_generation;
    else if (outcome == proof::no_quorum)
      say("{}: the certificate of {} names no quorum of the members of generation {}", by.from->path,
          text_of(where), what.gen.value());
    else if (outcome == proof::false_signature)
      say("{}: the certificate of {} has a false signature", by.from->path, text_of(where));
  }

  bool valid(const brb::seal_check& one) {
    const auto known = valid_seals_.find({one.signer, one.message});
    if (known != valid_seals_.end() && known->second == one.seal)
      return true;
    if (!verify_ed25519(one.signer, one.message, one.seal))
      return false;
    valid_seals_[{one.signer, one.message}] = one.seal;
    return true;
  }

  /// The last delivery of each source, from the node's checkpoint on; says where one is missing.
  std::map<peer_id, std::uint64_t> in_order(const decoded_node& of) {
    auto last = checkpointed(of);
    std::map<peer_id, std::set<std::uint64_t>> all; // a record that was refused at first may come late
    for (const auto& done : of.deliveries)
      all[done->header.source].insert(done->header.sequence);
    for (const auto& [source, sequences] : all)
      for (auto& end = last[source]; const auto sequence : sequences) {
        if (sequence > end + 1)
          say("{}: {} is delivered, and {} is not", of.from->path, text_of({source, sequence}),
              text_of({source, end + 1}));
        end = std::max(end, sequence);
      }
    return last;
  }

  /// What the node's checkpoint covers; says if a quorum has not signed it.
  std::map<peer_id, std::uint64_t> checkpointed(const decoded_node& of) {
    if (!of.from->records)
      return {};
    const auto stored = brb::read_proof(*of.from->records);
    if (!stored) {
      say("{}: {}", of.from->path, stored.error().text);
      return {};
    }
    if (!*stored && of.from->compacted)
      say("{}: its promise log relies on a checkpoint, and there is none", of.from->path);
    if (!*stored)
      return {};
    if (of.from->compacted && !brb::covers((*stored)->what.delivered, of.covered))
      say("{}: its checkpoint is older than what its promise log relies on", of.from->path);
    const auto& what = (*stored)->what;
    const auto outcome = judge(of, what.gen, [&](const auto& members) {
      return brb::seals_to_verify(brb::checkpoint_digest(report_.network, what), (*stored)->signers,
                                  (*stored)->seals, members);
    });
    if (outcome == proof::no_quorum || outcome == proof::false_signature)
      say("{}: its checkpoint is not signed by a quorum of generation {}", of.from->path, what.gen.value());
    return what.delivered;
  }

  /// By their operations: before those `trust` may change which group it is.
  void same_group() {
    const decoded_node* first = nullptr;
    for (const auto& one : nodes_) {
      const auto group = one.operated_in();
      if (group && !first)
        first = &one;
      else if (group && group != first->operated_in())
        say("{} and {} are of different groups", first->from->path, one.from->path);
    }
  }

  void same_decisions() {
    std::map<generation, std::pair<std::set<membership::reconfig>, std::string>> decided;
    for (const auto& one : nodes_)
      for (const auto& [g, vote] : one.group.history) {
        const auto [at, first] = decided.try_emplace(g, vote->changes, one.from->path);
        if (!first && at->second.first != vote->changes)
          say("{} and {} decided generation {} differently", at->second.second, one.from->path, g.value());
      }
  }

  audit_report& report_;
  std::vector<decoded_node> nodes_;
  std::map<place, holders> slots_;
  std::map<std::pair<peer_id, digest>, signature> valid_seals_;
};

/// The network id with the data type under which anything signed verifies.
std::string agreed_name(const std::vector<stored_node>& nodes, const std::string& network) {
  std::vector<std::string> names{network};
  for (const auto& type : data_types())
    names.push_back(fmt::format("{}/{}", network, type.name));
  for (const auto& node : nodes)
    if (auto found = brb::signed_network(node.promises, names))
      return *std::move(found);
  return network;
}

} // namespace

expected<void, explained> expect_one_group(const std::vector<stored_node>& nodes) {
  for (auto one = nodes.begin(); one != nodes.end(); ++one)
    for (auto other = nodes.begin(); other != one; ++other) {
      if (one->id == other->id)
        return unexpected(explained{fmt::format("{} and {} hold the same node, {} (name each node once)",
                                                other->path, one->path, short_name(one->id))});
      if (one->type && other->type && *one->type != *other->type)
        return unexpected(
          explained{fmt::format("{} holds data of the type {}, {} of {} (name the nodes of one group)",
                                other->path, *other->type, one->path, *one->type)});
      if (one->network && other->network && *one->network != *other->network)
        return unexpected(
          explained{fmt::format("{} belongs to the network {}, {} to {} (name the nodes of one group)",
                                other->path, *other->network, one->path, *one->network)});
    }
  return {};
}

expected<std::string, explained> network_of(const std::vector<stored_node>& nodes,
                                            const std::optional<std::string>& given) {
  const auto known =
    std::find_if(nodes.begin(), nodes.end(), [](const auto& node) { return node.network.has_value(); });
  if (known == nodes.end())
    return given.value_or(node_config{}.network);
  if (given && *given != *known->network)
    return unexpected(explained{fmt::format("{} belongs to the network {}, not to {} (leave --network out)",
                                            known->path, *known->network, *given)});
  return *known->network;
}

audit_report audit(const std::vector<stored_node>& nodes, const std::string& network) {
  audit_report report;
  report.network = agreed_name(nodes, network);
  auditor{nodes, report}.run();
  return report;
}

} // namespace troupe::lab
