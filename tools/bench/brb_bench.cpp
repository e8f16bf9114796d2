// SPDX-License-Identifier: BSD-3-Clause
// `troupe bench brb`: voting groups of real processes on loopback, TLS between them. Every run is taken
// `samples` times, all runs once in each round so that a machine whose speed drifts treats all alike.
#include "tools/bench/brb_group.hpp"
#include "tools/bench/samples.hpp"
#include "tools/cli/commands.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <limits>

#include <stdlib.h>
#include <unistd.h>

namespace troupe::cli {
namespace {

namespace json = boost::json;
using bench::samples;

constexpr double measured_s = 3;
constexpr double low_load = 0.1;
constexpr std::uint64_t short_fill = 1'000'000;
constexpr std::uint64_t long_fill = 10'000'000;

struct run_spec {
  std::size_t members;
  std::size_t op_bytes;
  std::uint64_t batch;
  bool fsync;
};

const std::vector<run_spec> specs{
  {4, 64, 256, true}, {4, 64, 256, false}, {4, 256, 256, true}, {4, 64, 1, true},  {4, 64, 1, false},
  {7, 64, 256, true}, {7, 64, 1, true},    {16, 64, 256, true}, {16, 64, 1, true},
};

/// One run at one load, over all samples.
struct taken {
  samples ops_s;
  samples p50_ms;
  samples p99_ms;
  samples rss_mb;
};

class directory {
public:
  directory() {
    auto pattern = (std::filesystem::temp_directory_path() / "troupe-bench-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data()) ? pattern : std::string{};
  }
  ~directory() {
    std::error_code ignored;
    if (!path_.empty())
      std::filesystem::remove_all(path_, ignored);
  }
  directory(const directory&) = delete;
  directory& operator=(const directory&) = delete;
  const std::string& path() const { return path_; }

private:
  std::string path_;
};

/// Operations per second that every member has delivered.
double ops_per_second(const std::vector<bench::brb_figures>& members) {
  double least = std::numeric_limits<double>::max();
  for (const auto& one : members)
    least = std::min(least, one.failed > 0 ? 0 : static_cast<double>(one.delivered) / one.seconds);
  return members.empty() ? 0 : least;
}

void add(taken& to, const std::vector<bench::brb_figures>& members) {
  to.ops_s.push_back(ops_per_second(members));
  samples latencies;
  double most = 0;
  for (const auto& one : members) {
    latencies.insert(latencies.end(), one.latencies_ms.begin(), one.latencies_ms.end());
    most = std::max(most, one.rss_mb);
  }
  to.rss_mb.push_back(most);
  if (latencies.empty())
    return;
  to.p50_ms.push_back(bench::percentile(latencies, 50));
  to.p99_ms.push_back(bench::percentile(latencies, 99));
}

/// At full load, then at a tenth of what that gave.
void take(const run_spec& what, taken& full, taken& tenth) {
  const directory data;
  bench::brb_group group{{what.members, what.fsync ? data.path() : "", what.batch, what.op_bytes}};
  if (!group.ready())
    return full.ops_s.push_back(0);
  add(full, group.load(0, measured_s));
  if (full.ops_s.back() > 0)
    add(tenth, group.load(full.ops_s.back() * low_load, measured_s));
}

/// What becomes of a group of four over many operations.
struct long_run {
  samples restart_ms;
  samples join_ms;
  samples rss_ratio;
  samples disk_mb;
};

double most_rss(const std::vector<bench::brb_figures>& members) {
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
  const directory data;
  bench::brb_group group{{4, data.path(), 256, 64}};
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

json::value median_of(const samples& values) {
  if (values.empty() || *std::min_element(values.begin(), values.end()) <= 0)
    return nullptr;
  return bench::median(values);
}

json::object report_of(const run_spec& what, const taken& all, int load_pct) {
  return {{"algorithm", "troupe"},
          {"n", what.members},
          {"op_bytes", what.op_bytes},
          {"batch", what.batch},
          {"fsync", what.fsync},
          {"placement", "processes"},
          {"load_pct", load_pct},
          {"ops_s", median_of(all.ops_s)},
          {"p50_ms", median_of(all.p50_ms)},
          {"p99_ms", median_of(all.p99_ms)},
          {"rss_mb", median_of(all.rss_mb)},
          {"samples", all.ops_s.size()}};
}

std::string text(const json::value& number, int digits) {
  return number.is_null() ? "failed" : fmt::format("{:.{}f}", number.as_double(), digits);
}

void print_table(const json::array& runs, const long_run& many) {
  std::cout << fmt::format("{:>3} {:>6} {:>6} {:>6} {:>6} {:>10} {:>9} {:>9} {:>8}\n", "n", "bytes", "batch",
                           "fsync", "load%", "ops/s", "p50 ms", "p99 ms", "rss MB");
  for (const auto& value : runs) {
    const auto& one = value.as_object();
    std::cout << fmt::format("{:>3} {:>6} {:>6} {:>6} {:>6} {:>10} {:>9} {:>9} {:>8}\n",
                             one.at("n").to_number<int>(), one.at("op_bytes").to_number<int>(),
                             one.at("batch").to_number<int>(), one.at("fsync").as_bool() ? "yes" : "no",
                             one.at("load_pct").to_number<int>(), text(one.at("ops_s"), 0),
                             text(one.at("p50_ms"), 2), text(one.at("p99_ms"), 2), text(one.at("rss_mb"), 0));
  }
  if (!many.disk_mb.empty())
    std::cout << fmt::format("n=4, 64 B, fsync: after ten million operations restart {} ms, join {} ms, "
                             "RSS x{} of that after one million, disk {} MB\n",
                             text(median_of(many.restart_ms), 0), text(median_of(many.join_ms), 0),
                             text(median_of(many.rss_ratio), 2), text(median_of(many.disk_mb), 1));
}

} // namespace

int run_bench_brb(const brb_bench_options& options) {
  std::vector<taken> full(specs.size());
  std::vector<taken> tenth(specs.size());
  const auto wanted = [&](const run_spec& one) {
    const auto among = [](const auto& chosen, auto value) {
      return chosen.empty() || std::find(chosen.begin(), chosen.end(), value) != chosen.end();
    };
    return among(options.members, one.members) && among(options.batches, one.batch);
  };
  for (unsigned sample = 1; sample <= options.samples; ++sample)
    for (std::size_t i = 0; i < specs.size(); ++i)
      if (wanted(specs[i])) {
        progress(fmt::format("run {} of {}: n={}, {} B, batch {}", sample, options.samples, specs[i].members,
                             specs[i].op_bytes, specs[i].batch));
        take(specs[i], full[i], tenth[i]);
      }
  long_run many;
  for (unsigned sample = 1; options.long_runs && sample <= options.samples; ++sample) {
    progress(fmt::format("long run {} of {}: a joiner, a restart and ten million operations", sample,
                         options.samples));
    take(many);
  }
  progress("");
  json::array runs;
  for (std::size_t i = 0; i < specs.size(); ++i)
    if (wanted(specs[i])) {
      runs.push_back(report_of(specs[i], full[i], 100));
      runs.push_back(report_of(specs[i], tenth[i], 10));
    }
  if (options.json)
    std::cout << json::serialize(json::object{{"runs", runs},
                                              {"restart_ms", median_of(many.restart_ms)},
                                              {"join_ms", median_of(many.join_ms)},
                                              {"rss_10m_ratio", median_of(many.rss_ratio)},
                                              {"disk_10m_mb", median_of(many.disk_mb)}})
              << '\n';
  else
    print_table(runs, many);
  const bool whole = std::none_of(runs.begin(), runs.end(),
                                  [](const auto& one) { return one.as_object().at("ops_s").is_null(); });
  if (!whole)
    complain("bench brb: a run failed, which is shown as failed (null in JSON)");
  return whole ? exit_ok : exit_partial;
}

} // namespace troupe::cli
