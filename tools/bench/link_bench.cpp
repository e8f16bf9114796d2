// SPDX-License-Identifier: BSD-3-Clause
// `troupe bench link`: takes every figure `samples` times, the rivals' beside ours in turn so that a machine
// whose speed drifts treats all alike, and reports medians.
#include "tools/bench/link_figures.hpp"
#include "tools/bench/raw_tls.hpp"
#include "tools/bench/rivals.hpp"
#include "tools/cli/commands.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>

#include <unistd.h>

namespace troupe::cli {
namespace {

namespace json = boost::json;
using bench::samples;

constexpr std::uint64_t stream_bytes = 1u << 30;
constexpr std::uint64_t message_count = 4'000'000;
constexpr std::size_t ping_count = 5'000;
constexpr std::size_t handshake_count = 200;
constexpr std::size_t handshakes_at_once =
  8; // so that neither side waits for the other; the rivals' is sequential
constexpr std::size_t idle_count = 1'000;
constexpr unsigned rival_megabytes = 256;

const std::vector<const char*> order{"stream_mb_s",          "streams8_mb_s", "messages_s",
                                     "ping_p50_us",          "ping_p99_us",   "ping_loaded_p50_us",
                                     "stream_loaded_mb_s",   "handshakes_s",  "handshakes_sequential_s",
                                     "idle_connection_bytes"};

class link_bench {
public:
  explicit link_bench(const bench_options& options)
    : options_(options), figures_(std::filesystem::read_symlink("/proc/self/exe").string()) {}

  std::string run() {
    if (auto failure = figures_.start(); !failure.empty())
      return failure;
    for (unsigned sample = 1; sample <= options_.samples; ++sample) {
      progress(fmt::format("run {} of {}", sample, options_.samples));
      take_ours();
      if (wants("stream"))
        take_raw();
      if (options_.rivals)
        take_rivals();
    }
    if (wants("idle")) {
      progress("idle connections");
      ours_["idle_connection_bytes"].push_back(figures_.idle_connection_bytes(idle_count));
    }
    progress("");
    return "";
  }

  json::object report() const {
    json::object result;
    json::object all;
    for (const auto* name : order) {
      const auto measured = ours_.find(name);
      if (measured == ours_.end())
        continue;
      result[name] = figure(measured->second);
      all[name] = json::value_from(measured->second);
    }
    result["samples"] = all;
    json::object rivals;
    if (!raw_.empty())
      rivals["raw_tls"] =
        json::object{{"stream_mb_s", bench::median(raw_)}, {"samples", json::value_from(raw_)}};
    for (const auto& [name, runs] : rivals_)
      rivals[name] = summary(runs);
    result["rivals"] = rivals;
    return result;
  }

  bool whole() const {
    return std::all_of(ours_.begin(), ours_.end(), [](const auto& one) { return succeeded(one.second); });
  }

private:
  /// A run that broke off counts as zero or less; a median over one would pass for a figure.
  static bool succeeded(const samples& values) {
    return std::all_of(values.begin(), values.end(), [](double value) { return value > 0; });
  }
  static json::value figure(const samples& values) {
    return succeeded(values) ? json::value(bench::median(values)) : json::value(nullptr);
  }

  bool wants(std::string_view part) const {
    return options_.only.empty() ||
           std::find(options_.only.begin(), options_.only.end(), part) != options_.only.end();
  }

  void take_ours() {
    if (wants("stream")) {
      ours_["stream_mb_s"].push_back(figures_.stream_mb_s(1, stream_bytes));
      ours_["streams8_mb_s"].push_back(figures_.stream_mb_s(8, stream_bytes));
    }
    if (wants("messages"))
      ours_["messages_s"].push_back(figures_.messages_s(message_count));
    if (wants("ping")) {
      const auto idle = figures_.idle_pings(ping_count);
      ours_["ping_p50_us"].push_back(idle.empty() ? 0 : bench::percentile(idle, 50));
      ours_["ping_p99_us"].push_back(idle.empty() ? 0 : bench::percentile(idle, 99));
    }
    if (wants("loaded")) {
      const auto loaded = figures_.loaded_pings(2 * stream_bytes);
      ours_["ping_loaded_p50_us"].push_back(loaded.pings.empty() ? 0 : bench::percentile(loaded.pings, 50));
      ours_["stream_loaded_mb_s"].push_back(loaded.stream_mb_s);
    }
    if (wants("handshakes")) {
      ours_["handshakes_s"].push_back(figures_.handshakes_s(handshake_count, handshakes_at_once));
      ours_["handshakes_sequential_s"].push_back(figures_.handshakes_s(handshake_count, 1));
    }
  }

  void take_raw() {
    if (const auto rate = bench::raw_tls_stream_mb_s(stream_bytes))
      raw_.push_back(*rate);
    else
      raw_.push_back(0);
  }

  void take_rivals() {
    rivals_["js"].push_back(bench::js_rival(rival_megabytes));
    rivals_["go"].push_back(bench::go_rival(rival_megabytes));
  }

  /// Medians of the figures that every run has; the reason if one was skipped.
  static json::object summary(const std::vector<json::object>& runs) {
    json::object result;
    for (const auto& run : runs)
      if (run.contains("skipped"))
        return run;
    for (const auto& [name, first] : runs.front()) {
      samples values;
      for (const auto& run : runs)
        values.push_back(run.at(name).to_number<double>());
      result[name] = bench::median(values);
    }
    return result;
  }

  void progress(const std::string& doing) const {
    if (::isatty(STDERR_FILENO) == 1)
      std::cerr << "\r\033[K" << doing << std::flush;
    else if (!doing.empty())
      std::cerr << doing << '\n';
  }

  bench_options options_;
  bench::link_figures figures_;
  std::map<std::string, samples> ours_;
  samples raw_;
  std::map<std::string, std::vector<json::object>> rivals_;
};

void print_table(const json::object& report) {
  for (const auto* name : order) {
    const auto* value = report.if_contains(name);
    if (value && value->is_null())
      std::cout << fmt::format("{:<24}{:>14}\n", name, "failed");
    else if (value)
      std::cout << fmt::format("{:<24}{:>14.1f}\n", name, value->to_number<double>());
  }
  for (const auto& [rival, figures] : report.at("rivals").as_object())
    for (const auto& [name, value] : figures.as_object())
      if (value.is_number())
        std::cout << fmt::format("{:<24}{:>14.1f}\n",
                                 fmt::format("{} {}", std::string{rival}, std::string{name}),
                                 value.to_number<double>());
      else if (value.is_string())
        std::cout << fmt::format("{}: skipped: {}\n", std::string{rival}, value.as_string().c_str());
}

} // namespace

int run_bench_link(const bench_options& options) {
  link_bench benchmark{options};
  if (const auto failure = benchmark.run(); !failure.empty()) {
    complain("bench link: " + failure);
    return exit_failed;
  }
  const auto report = benchmark.report();
  if (options.json)
    std::cout << json::serialize(report) << '\n';
  else
    print_table(report);
  if (!benchmark.whole())
    complain(
      "bench link: a run of some figure broke off, which is shown as failed (null in JSON): see samples");
  return benchmark.whole() ? exit_ok : exit_partial;
}

} // namespace troupe::cli
