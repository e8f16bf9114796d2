// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/audit/audit.hpp"

#include "actors/brb/certificate_check.hpp"
#include "actors/brb/checkpoint_records.hpp"
#include "actors/brb/signed_network.hpp"
#include "actors/datatype/data_types.hpp"
#include "actors/membership/voting_group.hpp"
#include "messages/codec/promise_seal.hpp"
#include "messages/crypto/keys.hpp"
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
};

decoded_node decode(const stored_node& from, const std::string& network,
                    std::vector<std::string>& violations) {
  decoded_node result;
  result.from = &from;
  membership::voting_group group{{.self = from.id, .network = network}};
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
      group.restore(*read);
    }
  }
  result.group = group.snapshot();
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

  /// The members of a generation, as this node knows them or any other.
  const std::set<peer_id>* members(const decoded_node& first, generation g) const {
    if (const auto* own = first.group.members_of(g); own && !own->empty())
      return own;
    for (const auto& other : nodes_)
      if (const auto* known = other.group.members_of(g); known && !known->empty())
        return known;
    return nullptr;
  }

  void prove(const decoded_node& by, const brb::certificate& what) {
    ++report_.certificates;
    const place where{what.header.source, what.header.sequence};
    const auto* voters = members(by, what.gen);
    if (!voters) {
      ++report_.unknown_generation;
      return;
    }
    const auto echoes = brb::echoes_to_verify(what, *voters);
    if (!echoes)
      return say("{}: the certificate of {} names no quorum of the {} members of generation {}",
                 by.from->path, text_of(where), voters->size(), what.gen.value());
    const auto said = brb::echo_digest(report_.network, what.gen, what.header);
    for (const auto& echo : *echoes)
      if (!valid(echo, said))
        return say("{}: the certificate of {} has a false signature of {}", by.from->path, text_of(where),
                   short_name(echo.signer));
  }

  bool valid(const brb::named_echo& echo, const digest& said) {
    const auto known = valid_echoes_.find({echo.signer, said});
    if (known != valid_echoes_.end() && known->second == echo.seal)
      return true;
    if (!verify_ed25519(echo.signer, said, echo.seal))
      return false;
    valid_echoes_[{echo.signer, said}] = echo.seal;
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
    const auto proof = brb::read_proof(*of.from->records);
    if (!proof) {
      say("{}: {}", of.from->path, proof.error().text);
      return {};
    }
    if (!*proof && of.from->compacted)
      say("{}: its promise log relies on a checkpoint, and there is none", of.from->path);
    if (!*proof)
      return {};
    if (of.from->compacted && !brb::covers((*proof)->what.delivered, of.covered))
      say("{}: its checkpoint is older than what its promise log relies on", of.from->path);
    const auto& what = (*proof)->what;
    const auto* voters = members(of, what.gen);
    const auto echoes = voters ? brb::echoes_to_verify((*proof)->signers, (*proof)->seals, *voters)
                               : std::vector<brb::named_echo>{};
    const auto said = brb::checkpoint_digest(report_.network, what);
    if (!echoes ||
        std::any_of(echoes->begin(), echoes->end(), [&](const auto& echo) { return !valid(echo, said); }))
      say("{}: its checkpoint is not signed by a quorum of generation {}", of.from->path, what.gen.value());
    return what.delivered;
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
  std::map<std::pair<peer_id, digest>, signature> valid_echoes_;
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
    }
  return {};
}

audit_report audit(const std::vector<stored_node>& nodes, const std::string& network) {
  audit_report report;
  report.network = agreed_name(nodes, network);
  auditor{nodes, report}.run();
  return report;
}

} // namespace troupe::lab
