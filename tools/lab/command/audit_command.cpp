// SPDX-License-Identifier: BSD-3-Clause
// `troupe lab audit`: whether what nodes have on their disks can be true.
#include "tools/cli/commands.hpp"
#include "tools/lab/audit/audit.hpp"
#include "tools/lab/command/lab_commands.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <iostream>

namespace troupe::lab {
namespace {

namespace json = boost::json;

json::object to_json(const audited_node& one) {
  json::object delivered;
  for (const auto& [source, last] : one.delivered)
    delivered[source] = last;
  return {{"path", one.path},
          {"actor", one.actor},
          {"promises", one.promises},
          {"records", one.records},
          {"torn_bytes", one.torn_bytes},
          {"compacted", one.compacted},
          {"delivered", std::move(delivered)}};
}

json::object to_json(const audit_report& report) {
  json::array nodes;
  for (const auto& one : report.nodes)
    nodes.push_back(to_json(one));
  json::array violations;
  for (const auto& line : report.violations)
    violations.emplace_back(line);
  return {{"network", report.network},
          {"directories", std::move(nodes)},
          {"slots", report.slots},
          {"certificates", report.certificates},
          {"unknown_generation", report.unknown_generation},
          {"violations", std::move(violations)}};
}

void print(const audit_report& report) {
  for (const auto& one : report.nodes) {
    std::string vector;
    for (const auto& [source, last] : one.delivered)
      vector += fmt::format(" {}={}", source, last);
    fmt::print("{}: {}, {} promises{}, {} records; delivered{}\n", one.path, one.actor, one.promises,
               one.compacted ? " since the last compaction" : "", one.records,
               vector.empty() ? " nothing" : vector);
    if (one.torn_bytes > 0)
      fmt::print("{}: the last {} bytes of its log are of a write that never finished\n", one.path,
                 one.torn_bytes);
  }
  for (const auto& line : report.violations)
    fmt::print("violation: {}\n", line);
  fmt::print("{} directories of {}: {} slots, {} certificates", report.nodes.size(), report.network,
             report.slots, report.certificates);
  if (report.unknown_generation > 0)
    fmt::print(" ({} of generations whose members nobody knows: not checked)", report.unknown_generation);
  fmt::print(", {} violations\n", report.violations.size());
}

} // namespace

int run(const audit_command& options) {
  std::vector<stored_node> nodes;
  for (const auto& path : options.directories) {
    auto node = read_stored_node(path);
    if (!node) {
      cli::complain("lab audit: " + node.error().text);
      return cli::exit_failed;
    }
    nodes.push_back(*std::move(node));
  }
  if (const auto fit = expect_one_group(nodes); !fit) {
    cli::complain("lab audit: " + fit.error().text);
    return cli::exit_failed;
  }
  const auto network = network_of(nodes, options.network);
  if (!network) {
    cli::complain("lab audit: " + network.error().text);
    return cli::exit_failed;
  }
  const auto report = audit(nodes, *network);
  if (options.json)
    std::cout << json::serialize(to_json(report)) << "\n";
  else
    print(report);
  return report.violations.empty() ? cli::exit_ok : cli::exit_failed;
}

} // namespace troupe::lab
