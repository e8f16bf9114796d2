// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/report/report_page.hpp"

#include "tools/lab/report/number_text.hpp"
#include "tools/lab/report/replay_line.hpp"
#include "tools/lab/report/report_style.hpp"
#include "tools/lab/report/results_json.hpp"
#include "tools/lab/report/run_plots.hpp"
#include "tools/lab/report/space_time.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::lab {
namespace {

std::string_view banner_class(const run_record& run) {
  if (run.outcome == verdict::partial)
    return "partial";
  return run.outcome == verdict::passed || run.expected_to_fail ? "passed" : "failed";
}

std::string_view banner_sign(std::string_view css) {
  return css == "passed" ? "✔" : css == "failed" ? "✘" : "◐";
}

void write_banner(markup& to, const run_record& run) {
  const auto css = banner_class(run);
  to.open("header", {{"class", css}});
  to.element("p", {{"class", "verdict"}}, fmt::format("{} {}", banner_sign(css), verdict_text(run)));
  to.element("h1", run.scenario);
  if (run.expected_to_fail)
    to.element("p",
               fmt::format("Expected to fail: {}", run.reason.empty() ? "no reason is given" : run.reason));
  if (run.interrupted)
    to.element("p", "The run was stopped before its end; this is what was seen until then.");
  to.element("p", {{"class", "soft"}},
             fmt::format("{} on {} nodes, mode {}, seed {}, revision {}, trace hash {}; {} of {} time in {}",
                         run.algorithm, run.nodes, mode_name(run.mode), run.seed,
                         run.revision.empty() ? "unknown" : run.revision,
                         run.trace_hash.empty() ? "none" : run.trace_hash, duration_text(run.virtual_time),
                         run.mode == run_mode::sim ? "virtual" : "real", duration_text(run.wall)));
  to.element("p", {{"class", "soft"}},
             run.mode == run_mode::sim ? "This line repeats the run exactly:"
                                       : "This line runs it again; real sockets do not repeat exactly:");
  to.element("pre", replay_line(run));
  to.close();
}

void write_tiles(markup& to, const run_record& run, const run_figures& figures) {
  const auto counts = count(run);
  const auto tile = [&](std::string_view name, std::string_view value) {
    to.open("div");
    to.element("dt", name);
    to.element("dd", value);
    to.close();
  };
  to.open("section");
  to.element("h2", "Figures");
  to.open("dl", {{"class", "tiles"}});
  tile("operations ok", count_text(counts.ok));
  tile("operations failed", count_text(counts.failed));
  tile("operations unknown", count_text(counts.unknown));
  tile("availability", figures.availability ? share_text(*figures.availability) : "-");
  tile("messages per operation", number_or_dash(figures.messages_per_operation));
  tile("bytes per operation", number_or_dash(figures.bytes_per_operation));
  tile("latency p50", microseconds_or_dash(figures.latency_p50_us));
  tile("latency p90", microseconds_or_dash(figures.latency_p90_us));
  tile("latency p99", microseconds_or_dash(figures.latency_p99_us));
  tile("latency max", microseconds_or_dash(figures.latency_max_us));
  tile("messages", count_text(run.messages));
  tile("events", count_text(run.events));
  to.close();
  to.element(
    "p", {{"class", "soft"}},
    "Per operation: per operation answered ok. Unknown: no answer came, so it may have happened. "
    "Availability "
    "is the mean share answered ok of the plot below, so time counts and not the number of operations.");
  to.close();
}

void open_table(markup& to, std::initializer_list<std::string_view> heads) {
  to.open("div", {{"class", "scroll"}});
  to.open("table");
  to.open("thead");
  to.open("tr");
  for (const auto head : heads)
    to.element("th", {{"scope", "col"}}, head);
  to.close();
  to.close();
  to.open("tbody");
}

void close_table(markup& to, std::size_t rows) {
  for (int i = 0; i < 3; ++i)
    to.close();
  if (rows > table_rows_max)
    to.element("p", {{"class", "soft"}},
               fmt::format("{} more are left out.", count_text(rows - table_rows_max)));
}

void write_checks(markup& to, const run_record& run) {
  to.open("section");
  to.element("h2", "Checks");
  std::vector<const check_result*> ordered;
  for (const auto& check : run.checks)
    ordered.push_back(&check);
  std::ranges::stable_sort(ordered, {}, &check_result::passed);
  open_table(to, {"check", "result", "first violated", "detail"});
  for (const auto* const check : std::span(ordered).first(std::min(ordered.size(), table_rows_max))) {
    to.open("tr");
    to.element("td", check->name);
    to.element("td",
               {{"class", !check->reached ? "soft"
                          : check->passed ? "ok"
                                          : "bad"}},
               !check->reached ? "not checked"
               : check->passed ? "✔ passed"
                               : "✘ failed");
    to.element("td", {{"class", "number"}}, check->violated_at ? duration_text(*check->violated_at) : "");
    to.element("td", check->detail);
    to.close();
  }
  close_table(to, ordered.size());
  to.close();
}

void write_plots(markup& to, const run_record& run, const timeline& over) {
  to.open("section");
  to.element("h2", "Over time");
  draw_fault_rows(to, run, over);
  if (run.operations.empty()) {
    to.element("p", {{"class", "soft"}}, "There were no operations.");
  } else {
    draw_availability(to, run, over);
    draw_rate(to, run, over);
    draw_latency(to, run, over);
    write_bins(to, over);
  }
  to.close();
}

void write_faults(markup& to, const run_record& run) {
  if (run.faults.empty())
    return;
  to.open("section");
  to.element("h2", fmt::format("Faults ({})", count_text(run.faults.size())));
  open_table(to, {"kind", "subject", "from", "until"});
  for (const auto& fault : std::span(run.faults).first(std::min(run.faults.size(), table_rows_max))) {
    to.open("tr");
    to.element("td", fault.kind);
    to.element("td", fault.subject);
    to.element("td", {{"class", "number"}}, duration_text(fault.from));
    to.element("td", {{"class", "number"}}, fault.until > fault.from ? duration_text(fault.until) : "");
    to.close();
  }
  close_table(to, run.faults.size());
  to.close();
}

void write_texts(markup& to, std::string_view heading, std::string_view css,
                 const std::vector<std::string>& texts) {
  if (texts.empty())
    return;
  to.open("section");
  to.element("h2", heading);
  to.open("ul", {{"class", css}});
  for (const auto& text : std::span(texts).first(std::min(texts.size(), table_rows_max)))
    to.element("li", text);
  to.close();
  if (texts.size() > table_rows_max)
    to.element("p", {{"class", "soft"}},
               fmt::format("{} more are left out.", count_text(texts.size() - table_rows_max)));
  to.close();
}

void write_scenario(markup& to, const run_record& run) {
  if (run.scenario_text.empty())
    return;
  to.open("section");
  to.element("h2", "Scenario");
  to.open("details");
  to.element("summary", run.scenario_file.empty() ? "The file this run was made from" : run.scenario_file);
  to.element("pre", run.scenario_text);
  to.close();
  to.close();
}

} // namespace

std::string report_page(const run_record& run, const run_figures& figures, const timeline& over) {
  markup page;
  page.open("html", {{"lang", "en"}});
  page.open("head");
  page.leaf("meta", {{"charset", "utf-8"}});
  page.leaf("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  page.element("title", fmt::format("{}: {} (seed {})", verdict_text(run), run.scenario, run.seed));
  page.style(report_style);
  page.close();
  page.open("body");
  page.open("main");
  write_banner(page, run);
  write_texts(page, "Notes", "", run.notes);
  write_checks(page, run);
  write_tiles(page, run, figures);
  write_plots(page, run, over);
  page.open("section");
  page.element("h2", "Space-time diagram");
  draw_space_time(page, run);
  page.close();
  write_faults(page, run);
  write_texts(page, "Rare branches that were hit", "marks", run.marks);
  write_scenario(page, run);
  page.close();
  page.close();
  page.close();
  return "<!DOCTYPE html>\n" + page.finished();
}

} // namespace troupe::lab
