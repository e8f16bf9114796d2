// SPDX-License-Identifier: BSD-3-Clause
// `troupe bench brb`: voting groups on loopback, TLS between the members. Every run is taken `samples` times,
// all runs once in each round so that a machine whose speed drifts treats all alike.
#include "tools/bench/brb_crate.hpp"
#include "tools/bench/brb_runs.hpp"
#include "tools/bench/signature_cost.hpp"
#include "tools/cli/commands.hpp"
#include "tools/process/child_process.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <iostream>

#include <unistd.h>

namespace troupe::cli {
namespace {

namespace json = boost::json;
using namespace bench;

constexpr double low_load = 0.1;
constexpr std::uint64_t short_fill = 1'000'000;
constexpr std::uint64_t long_fill = 10'000'000;

/// One group at both loads.
struct taken {
  run_samples full;
  run_samples tenth;
};

void take(const run_spec& what, double measured_s, taken& all) {
  const temporary_directory data;
  brb_group group{
    {what.algorithm == original_name ? broadcast_algorithm::original : broadcast_algorithm::troupe,
     what.where, what.members, what.fsync ? data.path() : "", what.batch, what.op_bytes}};
  if (!group.ready())
    return add(all.full, {}, what.where);
  add(all.full, group.load(0, measured_s), what.where);
  if (const auto ops_s = all.full.ops_s.back(); ops_s > 0)
    add(all.tenth, group.load(ops_s * low_load, measured_s), what.where);
}

void add(run_samples& to, const std::optional<crate_figures>& from) {
  ++to.taken;
  to.ops_s.push_back(from ? from->ops_s : 0);
  if (!from)
    return;
  to.p50_ms.push_back(from->p50_ms);
  to.p99_ms.push_back(from->p99_ms);
  to.messages_per_op.push_back(from->messages_per_op);
  to.rss_mb.push_back(from->rss_mb);
}

void take(const brb_crate& program, const run_spec& what, double measured_s, taken& all) {
  add(all.full, program.load(what.members, what.op_bytes, 0, measured_s));
  if (const auto ops_s = all.full.ops_s.back(); ops_s > 0)
    add(all.tenth, program.load(what.members, what.op_bytes, ops_s * low_load, measured_s));
}

/// What becomes of a group of four over many operations.
struct long_run {
  samples restart_ms;
  samples join_ms;
  samples rss_ratio;
  samples disk_mb;
};

double most_rss(const std::vector<member_figures>& members) {
  double most = 0;
  for (const auto& one : members)
    most = std::max(most, one.failed > 0 ? 0 : one.rss_mb);
  return most;
}

double megabytes_in(const std::filesystem::path& folder) {
  std::uintmax_t sum = 0;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, ignored))
    sum += entry.is_regular_file(ignored) ? entry.file_size(ignored) : 0;
  return static_cast<double>(sum) / (1u << 20);
}

void take(long_run& all) {
  const temporary_directory data;
  brb_group group{{broadcast_algorithm::troupe, placement::processes, 4, data.path(), 256, 64}};
  if (!group.ready())
    return;
  const auto after_1m = most_rss(group.fill(short_fill));
  const auto after_10m = most_rss(group.fill(long_fill));
  if (after_1m > 0 && after_10m > 0)
    all.rss_ratio.push_back(after_10m / after_1m);
  all.disk_mb.push_back(megabytes_in(std::filesystem::path{data.path()} / "member-0"));
  if (const auto took = group.join())
    all.join_ms.push_back(*took * 1e3);
  if (const auto took = group.restart(1))
    all.restart_ms.push_back(*took * 1e3);
}

void progress(const std::string& doing) {
  if (::isatty(STDERR_FILENO) == 1)
    std::cerr << "\r\033[K" << doing << std::flush;
  else if (!doing.empty())
    std::cerr << doing << '\n';
}

/// The published crate, if it is among `specs`; those that need it go if it cannot be had.
std::optional<brb_crate> crate_for(std::vector<run_spec>& specs) {
  const auto of_crate = [](const run_spec& one) { return one.algorithm == crate_name; };
  if (std::none_of(specs.begin(), specs.end(), of_crate))
    return std::nullopt;
  progress("building the published brb crate, if it is not built");
  auto made = brb_crate::prepare();
  if (made)
    return std::move(*made);
  progress("");
  complain(fmt::format("bench brb: no figures of {}: {}", crate_name, made.error().text));
  std::erase_if(specs, of_crate);
  return std::nullopt;
}

struct signature_samples {
  samples sign_us;
  samples verify_us;
};

void take(signature_samples& all) {
  const auto cost = measure_signature_cost();
  all.sign_us.push_back(cost.sign_us);
  all.verify_us.push_back(cost.verify_us);
}

std::vector<taken> take_all(const std::vector<run_spec>& specs, const std::optional<brb_crate>& crate,
                            const brb_bench_options& options, signature_samples& signatures) {
  std::vector<taken> all(specs.size());
  for (unsigned sample = 1; sample <= options.samples; ++sample) {
    take(signatures);
    for (std::size_t i = 0; i < specs.size(); ++i) {
      progress(fmt::format("run {} of {}: {}, n={}, {} B, batch {}", sample, options.samples,
                           specs[i].algorithm, specs[i].members, specs[i].op_bytes, specs[i].batch));
      if (specs[i].algorithm == crate_name)
        take(*crate, specs[i], options.seconds, all[i]);
      else
        take(specs[i], options.seconds, all[i]);
    }
  }
  return all;
}

void print(const json::array& runs, const long_run& many, const signature_samples& signatures, bool as_json) {
  if (as_json) {
    std::cout << json::serialize(json::object{{"runs", runs},
                                              {"sign_us", median_of(signatures.sign_us)},
                                              {"verify_us", median_of(signatures.verify_us)},
                                              {"restart_ms", median_of(many.restart_ms)},
                                              {"join_ms", median_of(many.join_ms)},
                                              {"rss_10m_ratio", median_of(many.rss_ratio)},
                                              {"disk_10m_mb", median_of(many.disk_mb)}})
              << '\n';
    return;
  }
  std::cout << table_of(runs) << ratios_of(runs)
            << fmt::format("Ed25519 on one core between the runs: sign {} us, verify {} us\n",
                           number_text(median_of(signatures.sign_us), 1),
                           number_text(median_of(signatures.verify_us), 1));
  if (!many.disk_mb.empty())
    std::cout << fmt::format(
      "n=4, 64 B, fsync: after ten million operations restart {} ms, join {} ms, "
      "RSS x{} of that after one million, disk {} MB\n",
      number_text(median_of(many.restart_ms), 0), number_text(median_of(many.join_ms), 0),
      number_text(median_of(many.rss_ratio), 2), number_text(median_of(many.disk_mb), 1));
}

} // namespace

int run_bench_brb(const brb_bench_options& options) {
  auto specs = specs_of(options.members, options.batches, options.rivals);
  const auto crate = crate_for(specs);
  signature_samples signatures;
  const auto all = take_all(specs, crate, options, signatures);
  long_run many;
  for (unsigned sample = 1; options.long_runs && sample <= options.samples; ++sample) {
    progress(fmt::format("long run {} of {}: a joiner, a restart and ten million operations", sample,
                         options.samples));
    take(many);
  }
  progress("");
  json::array runs;
  for (std::size_t i = 0; i < specs.size(); ++i) {
    runs.push_back(report_of(specs[i], all[i].full, 100));
    runs.push_back(report_of(specs[i], all[i].tenth, 10));
  }
  print(runs, many, signatures, options.json);
  const bool whole = std::none_of(runs.begin(), runs.end(),
                                  [](const auto& one) { return one.as_object().at("ops_s").is_null(); });
  if (!whole)
    complain("bench brb: a run failed, which is shown as failed (null in JSON)");
  return whole ? exit_ok : exit_partial;
}

} // namespace troupe::cli
