// SPDX-License-Identifier: BSD-3-Clause
#include "tools/bench/brb_runs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace troupe::bench {
namespace {

namespace json = boost::json;

constexpr auto apart = placement::processes;
constexpr auto together = placement::one;

const std::vector<run_spec> own_specs{
  {own_name, 4, 64, 256, true, apart},  {own_name, 4, 64, 256, false, apart},
  {own_name, 4, 256, 256, true, apart}, {own_name, 4, 64, 1, true, apart},
  {own_name, 4, 64, 1, false, apart},   {own_name, 7, 64, 256, true, apart},
  {own_name, 7, 64, 1, true, apart},    {own_name, 16, 64, 256, true, apart},
  {own_name, 16, 64, 1, true, apart},   {own_name, 4, 64, 256, true, together},
  {own_name, 4, 64, 1, true, together}, {own_name, 4, 64, 1, false, together},
};

// They have no batches, and store nothing.
const std::vector<run_spec> rival_specs{
  {original_name, 4, 64, 1, false, apart},  {original_name, 4, 64, 1, false, together},
  {original_name, 7, 64, 1, false, apart},  {original_name, 16, 64, 1, false, apart},
  {crate_name, 4, 64, 1, false, together},  {crate_name, 7, 64, 1, false, together},
  {crate_name, 16, 64, 1, false, together},
};

template <class Value>
bool among(const std::vector<Value>& chosen, Value value) {
  return chosen.empty() || std::find(chosen.begin(), chosen.end(), value) != chosen.end();
}

std::string_view name_of(placement where) {
  return where == placement::one ? "one" : "processes";
}

std::uint64_t frames_of(const member_counts& all) {
  return all.frames;
}
std::uint64_t signatures_of(const member_counts& all) {
  return all.made + all.checked;
}

double rate_of(const member_figures& one, std::uint64_t count) {
  return one.seconds > 0 ? static_cast<double>(count) / one.seconds : 0;
}

/// Operations per second at full load; null if there is no such run.
json::value ops_of(const json::array& runs, const json::object& like) {
  for (const auto& value : runs) {
    const auto& one = value.as_object();
    const auto same = [&](const auto& field) { return one.at(field.key()) == field.value(); };
    if (one.at("load_pct") == 100 && std::all_of(like.begin(), like.end(), same))
      return one.at("ops_s");
  }
  return nullptr;
}

json::object identity_of(const run_spec& what) {
  return {{"algorithm", what.algorithm}, {"n", what.members},   {"op_bytes", what.op_bytes},
          {"batch", what.batch},         {"fsync", what.fsync}, {"placement", name_of(what.where)}};
}

} // namespace

std::vector<run_spec> specs_of(const std::vector<std::size_t>& members,
                               const std::vector<std::uint64_t>& batches, bool rivals) {
  std::vector<run_spec> all;
  for (const auto& one : own_specs)
    if (among(members, one.members) && among(batches, one.batch))
      all.push_back(one);
  for (const auto& one : rival_specs)
    if (rivals && among(members, one.members))
      all.push_back(one);
  return all;
}

double ops_per_second(const std::vector<member_figures>& members) {
  double least = std::numeric_limits<double>::max();
  for (const auto& one : members)
    least = std::min(least, one.failed > 0 ? 0 : rate_of(one, one.counts.delivered));
  return members.empty() ? 0 : least;
}

std::optional<double> per_operation(const std::vector<member_figures>& members,
                                    std::uint64_t (*each)(const member_counts&)) {
  // Rates, as members in different processes do not measure the same moment.
  double counted = 0;
  double delivered = 0;
  for (const auto& one : members) {
    counted += rate_of(one, each(one.counts));
    delivered += rate_of(one, one.counts.delivered);
  }
  if (delivered <= 0)
    return std::nullopt;
  return counted / (delivered / static_cast<double>(members.size()));
}

void add(run_samples& to, const std::vector<member_figures>& members, placement where) {
  ++to.taken;
  to.ops_s.push_back(ops_per_second(members));
  if (to.ops_s.back() <= 0)
    return;
  to.messages_per_op.push_back(*per_operation(members, frames_of));
  to.signatures_per_op.push_back(*per_operation(members, signatures_of));
  samples latencies;
  double most = 0;
  for (const auto& one : members) {
    latencies.insert(latencies.end(), one.latencies_ms.begin(), one.latencies_ms.end());
    most = std::max(most, one.rss_mb);
  }
  to.rss_mb.push_back(where == placement::one ? members.front().rss_mb : most);
  if (latencies.empty())
    return;
  to.p50_ms.push_back(percentile(latencies, 50));
  to.p99_ms.push_back(percentile(latencies, 99));
}

json::value median_of(const samples& values) {
  if (values.empty() || *std::min_element(values.begin(), values.end()) <= 0)
    return nullptr;
  return median(values);
}

json::object report_of(const run_spec& what, const run_samples& all, int load_pct) {
  auto report = identity_of(what);
  report["load_pct"] = load_pct;
  report["ops_s"] = median_of(all.ops_s);
  report["p50_ms"] = median_of(all.p50_ms);
  report["p99_ms"] = median_of(all.p99_ms);
  report["messages_per_op"] = median_of(all.messages_per_op);
  report["signatures_per_op"] = median_of(all.signatures_per_op);
  report["rss_mb"] = median_of(all.rss_mb);
  report["samples"] = all.taken;
  return report;
}

json::value times_original(const json::array& runs, const run_spec& ours) {
  auto original = ours;
  original.algorithm = original_name;
  original.batch = 1;
  original.fsync = false;
  const auto own = ops_of(runs, identity_of(ours));
  const auto its = ops_of(runs, identity_of(original));
  if (own.is_null() || its.is_null())
    return nullptr;
  return own.as_double() / its.as_double();
}

std::string number_text(const json::value& number, int digits) {
  return number.is_null() ? "failed" : fmt::format("{:.{}f}", number.as_double(), digits);
}

std::string table_of(const json::array& runs) {
  constexpr auto row = "{:<10} {:<9} {:>3} {:>6} {:>6} {:>6} {:>6} {:>10} {:>9} {:>9} {:>9} {:>9} {:>8}\n";
  auto text = fmt::format(fmt::runtime(row), "algorithm", "placement", "n", "bytes", "batch", "fsync",
                          "load%", "ops/s", "p50 ms", "p99 ms", "msgs/op", "sigs/op", "rss MB");
  for (const auto& value : runs) {
    const auto& one = value.as_object();
    const auto word = [&](const char* key) { return std::string{one.at(key).as_string()}; };
    const auto whole = [&](const char* key) { return one.at(key).to_number<int>(); };
    const auto number = [&](const char* key, int digits) {
      const bool unmeasured = !one.at("ops_s").is_null() && one.at(key).is_null();
      return unmeasured ? "-" : number_text(one.at(key), digits);
    };
    text += fmt::format(fmt::runtime(row), word("algorithm"), word("placement"), whole("n"),
                        whole("op_bytes"), whole("batch"), one.at("fsync").as_bool() ? "yes" : "no",
                        whole("load_pct"), number("ops_s", 0), number("p50_ms", 2), number("p99_ms", 2),
                        number("messages_per_op", 2), number("signatures_per_op", 2), number("rss_mb", 0));
  }
  return text;
}

std::string ratios_of(const json::array& runs) {
  std::string text;
  for (const auto& one : own_specs)
    if (const auto times = times_original(runs, one); !times.is_null())
      text += fmt::format("n={}, {} B, {}, batch {}, fsync {}: {:.1f} times {}\n", one.members, one.op_bytes,
                          name_of(one.where), one.batch, one.fsync ? "yes" : "no", times.as_double(),
                          original_name);
  return text;
}

} // namespace troupe::bench
