// SPDX-License-Identifier: BSD-3-Clause
#include "tests/unit/tools/lab/report/sample_run.hpp"
#include "tools/lab/report/markup.hpp"
#include "tools/lab/report/number_text.hpp"
#include "tools/lab/report/report_page.hpp"
#include "tools/lab/report/space_time_window.hpp"

#include <boost/property_tree/xml_parser.hpp>
#include <catch2/catch.hpp>

#include <regex>
#include <set>
#include <sstream>

using namespace troupe;
using namespace troupe::lab;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

std::string page_of(const run_record& run) {
  const auto over = make_timeline(run, timeline_bins);
  return report_page(run, figures_of(run, over), over);
}

// Throws what is not well formed.
boost::property_tree::ptree parsed(const std::string& page) {
  std::istringstream in(page);
  boost::property_tree::ptree tree;
  boost::property_tree::read_xml(in, tree);
  return tree;
}

std::size_t times(const std::string& page, std::string_view part) {
  std::size_t count = 0;
  for (auto at = page.find(part); at != std::string::npos; at = page.find(part, at + part.size()))
    ++count;
  return count;
}

} // namespace

TEST_CASE("markup: what users wrote cannot leave the place where it stands", "[unit][lab]") {
  CHECK(escaped("<a href=\"x\" b='y'>&amp;") == "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;");
  CHECK(escaped(std::string_view("\0\x1b\x7f\r\n\t", 6)) ==
        "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\n\t");
  CHECK(escaped("é\xe2\x82") == "é\xef\xbf\xbd\xef\xbf\xbd");
  markup page;
  page.open("p", {{"title", "\"><script>"}, {"class", ""}});
  page.text("</p>");
  page.leaf("path", {{"d", "M0 0"}});
  page.close();
  CHECK(page.finished() == "<p title=\"&quot;&gt;&lt;script&gt;\">&lt;/p&gt;<path d=\"M0 0\"/>\n</p>\n");
}

TEST_CASE("markup: elements left open are a mistake of the program", "[unit][lab]") {
  markup page;
  CHECK_THROWS(page.close());
  page.open("p");
  CHECK_THROWS(page.finished());
  CHECK_THROWS(page.style("</style>"));
}

TEST_CASE("number text: three digits that matter and a unit that fits", "[unit][lab]") {
  CHECK(duration_text(0ns) == "0 s");
  CHECK(duration_text(850ns) == "850 ns");
  CHECK(duration_text(12'345us) == "12.3 ms");
  CHECK(duration_text(1500ms) == "1.5 s");
  CHECK(duration_text(125s) == "125 s");
  CHECK(count_text(0) == "0");
  CHECK(count_text(999) == "999");
  CHECK(count_text(1'234'567) == "1,234,567");
  CHECK(short_number(0.5) == "0.5");
  CHECK(short_number(1234) == "1,234");
  CHECK(short_number(1.25e6) == "1.25 M");
  CHECK(share_text(1) == "100 %");
  CHECK(share_text(0.99999) == "99.9 %");
  CHECK(share_text(0.00001) == "0.1 %");
  CHECK(coordinate(1.04) == "1");
  CHECK(coordinate(1.25) == "1.2");
  CHECK(number_or_dash(std::nullopt) == "-");
  CHECK(microseconds_or_dash(1500) == "1.5 ms");
  CHECK(shortened("äöü", 3) == "äöü");
  CHECK(shortened("äöüß", 3) == "äö…");
  CHECK(shortened_to_end("äöü", 3) == "äöü");
  CHECK(shortened_to_end("äöüß", 3) == "…üß");
  CHECK(shortened_to_end("", 3) == "");
}

TEST_CASE("report: the page is well formed and hostile text stays text", "[unit][lab]") {
  const auto page = page_of(test::sample_run());
  CHECK(parsed(page).get<std::string>("html.<xmlattr>.lang") == "en");
  CHECK(page.starts_with("<!DOCTYPE html>"));
  CHECK(page.find("<script") == std::string::npos);
  CHECK(page.find("alert('1'") == std::string::npos);
  CHECK(times(page, "&lt;/td&gt;&lt;script&gt;alert(&#39;1&#39;") >= 6);
}

TEST_CASE("report: nothing is fetched from elsewhere", "[unit][lab]") {
  const auto page = page_of(test::sample_run());
  CHECK_FALSE(std::regex_search(page, std::regex("src=|href=\"[^#]|url\\(|@import")));
  auto rest = std::regex_replace(page, std::regex("xmlns=\"http://www.w3.org/2000/svg\""), "");
  CHECK(rest.find("http") == std::string::npos);
}

TEST_CASE("report: ids are unique and every drawing has words", "[unit][lab]") {
  const auto page = page_of(test::sample_run());
  std::set<std::string> ids;
  const std::regex id(" id=\"([^\"]*)\"");
  for (std::sregex_iterator each(page.begin(), page.end(), id), end; each != end; ++each)
    CHECK(ids.insert((*each)[1]).second);
  CHECK(ids.size() == 11);
  CHECK(ids.contains("violation"));
  CHECK(times(page, "role=\"img\"") == 5);
  const std::regex labels("aria-labelledby=\"([^ \"]*) ([^\"]*)\"");
  for (std::sregex_iterator each(page.begin(), page.end(), labels), end; each != end; ++each) {
    CHECK(ids.contains((*each)[1]));
    CHECK(ids.contains((*each)[2]));
  }
}

TEST_CASE("report: the banner says how the run ended and how to repeat it", "[unit][lab]") {
  auto run = test::sample_run();
  CHECK_THAT(page_of(run), Contains("<header class=\"failed\">") && Contains("✘ failed") &&
                             Contains("troupe lab replay &#39;scenarios/lost replies.toml&#39; --seed "
                                      "18446744073709551615  # (rev abc1234)"));
  run.expected_to_fail = true;
  CHECK_THAT(page_of(run), Contains("<header class=\"passed\">") && Contains("✔ failed as expected") &&
                             Contains("Expected to fail: &lt;/td&gt;"));
  run.outcome = verdict::passed;
  CHECK_THAT(page_of(run), Contains("<header class=\"passed\">") &&
                             Contains("the failure this scenario expects needs another"));
  run.outcome = verdict::partial;
  run.interrupted = true;
  CHECK_THAT(page_of(run), Contains("<header class=\"partial\">") && Contains("stopped before its end"));
}

TEST_CASE("report: failed checks come first and the tables say what they leave out", "[unit][lab]") {
  auto run = test::sample_run();
  auto page = page_of(run);
  CHECK(page.find("✘ failed</td>") < page.find("✔ passed</td>"));
  run.faults.assign(table_rows_max + 1234, {"crash", "n1", 1s, 1s});
  run.marks.assign(table_rows_max + 1, "mark");
  page = page_of(run);
  CHECK_THAT(page, Contains("1,234 more are left out.") && Contains(">1 more are left out."));
  CHECK(times(page, "<td>crash</td>") == table_rows_max);
  parsed(page);
}

TEST_CASE("report: a check that was not made is neither passed nor failed", "[unit][lab]") {
  auto run = test::sample_run();
  run.checks = {{"liveness", true, "", {}, false}};
  const auto page = page_of(run);
  CHECK_THAT(page, Contains(">not checked</td>") && !Contains("✔ passed</td>"));
}

TEST_CASE("report: a run in which nothing happened has a page", "[unit][lab]") {
  const auto page = page_of({});
  parsed(page);
  CHECK_THAT(page, Contains("There were no operations.") && Contains("No messages were recorded"));
}

TEST_CASE("report: the page of a long run is not larger than that of a short one", "[unit][lab]") {
  auto run = test::sample_run();
  for (int i = 0; i < 5'000; ++i) {
    run.operations.push_back(test::operation(i % 1000, 1, operation_record::result::ok));
    run.faults.push_back(
      {"crash", "n1", std::chrono::microseconds{i * 100}, std::chrono::microseconds{i * 100}});
    run.message_window.push_back(
      {0, 1, "m", std::chrono::milliseconds{i}, std::chrono::milliseconds{i + 1}, false});
    run.event_window.push_back({0, std::chrono::milliseconds{i}, "e"});
  }
  CHECK(page_of(run).size() < 400'000);
}

TEST_CASE("space-time: lost messages are crossed out and violations are drawn", "[unit][lab]") {
  const auto page = page_of(test::sample_run());
  CHECK(times(page, "class=\"arrow lost\"") == 1);
  CHECK(times(page, "<path class=\"cross\"") == 2); // and the legend
  CHECK(times(page, "class=\"violation\"") == 1);   // though past the last message
  CHECK(times(page, "href=\"#violation\"") == 1);
  auto run = test::sample_run();
  run.checks[1].violated_at = 947ms;
  run.checks.push_back({"second", false, "", 948ms});
  run.checks.push_back({"later", false, "", 2s});
  CHECK(times(page_of(run), "class=\"violation\"") == 2);
  CHECK(times(page_of(run), "id=\"violation\"") == 1);
  run.faults = {
    {"pause", "n2", 900ms, 947ms}, {"slow disk", "everywhere", 941ms, 944ms}, {"crash", "n9", 941ms, 944ms}};
  CHECK_THAT(page_of(run), Contains("<title>pause n2, 900.000 ms to 947.000 ms</title>"));
  const auto many = page_of(run);
  CHECK(times(many, "<title>slow disk everywhere") == 2);
  CHECK(times(many, "<title>crash n9") == 0);
}

TEST_CASE("space-time: deliveries of two contents can be told apart", "[unit][lab]") {
  auto run = test::sample_run();
  for (node_index i = 0; i < 7; ++i)
    run.event_window.push_back({i, 944ms, i % 2 == 0 ? "delivers n5.1 add 2" : "delivers n5.1 add 1002"});
  run.event_window.push_back({3, 945ms, "locks n5.1"});
  run.event_window.push_back({3, 945ms, "delivers n5.1 add 1002"});
  const auto page = page_of(run);
  CHECK_THAT(page, Contains("<h2>Space-time diagram</h2>"));
  CHECK(times(page, ">delivers n5.1 add 2</text>") == 4);
  CHECK(times(page, ">delivers n5.1 add 1002</text>") == 3);
  CHECK(times(page, ".1; delivers n5.1 add 1002</text>") == 1); // cut at its front
}

TEST_CASE("space-time window: the nearest to the first violation are kept", "[unit][lab]") {
  run_record run;
  for (int i = 0; i < 1000; ++i) {
    run.message_window.push_back(
      {0, 1, "m", std::chrono::milliseconds{i}, std::chrono::milliseconds{i}, false});
    run.event_window.push_back({0, std::chrono::milliseconds{i}, "e"});
  }
  run.load_until = 999ms;
  CHECK(window_of(run).messages.back().sent == 999ms);
  run.checks = {{"passing", true, "", 1ms}, {"late", false, "", 700ms}, {"early", false, "", 500ms}};
  CHECK(first_violation(run) == duration{500ms});
  const auto shown = window_of(run);
  CHECK(shown.messages.size() == diagram_messages_max);
  CHECK(shown.messages_left_out == 1000 - diagram_messages_max);
  CHECK(shown.events.size() == diagram_events_max);
  CHECK(shown.events_left_out == 1000 - diagram_events_max);
  CHECK(shown.messages.front().sent == 420ms);
  CHECK(shown.messages.back().sent == 579ms);
}

TEST_CASE("space-time window: columns are capped and what they had is counted", "[unit][lab]") {
  run_record run;
  for (node_index i = 0; i < 20; ++i) {
    run.message_window.push_back({i, (i + 1) % 20, "m", 1ms, 2ms, false});
    run.event_window.push_back({i, 1ms, "e"});
  }
  const auto shown = window_of(run);
  CHECK(shown.nodes.size() == diagram_nodes_max);
  CHECK(shown.nodes_left_out == 4);
  CHECK(shown.messages_left_out == 5);
  CHECK(shown.events_left_out == 4);
}

TEST_CASE("space-time window: rows are instants and times between them lie between", "[unit][lab]") {
  run_record run;
  run.message_window = {{0, 1, "m", 10ms, 20ms, false}, {0, 1, "m", 10ms, 40ms, false}};
  run.event_window = {{1, 20ms, "a"}, {1, 20ms, "b"}};
  const auto shown = window_of(run);
  CHECK(shown.instants == std::vector<duration>{10ms, 20ms, 40ms});
  CHECK(shown.row(5ms) == 0);
  CHECK(shown.row(10ms) == 0);
  CHECK(shown.row(15ms) == Approx(0.5));
  CHECK(shown.row(30ms) == Approx(1.5));
  CHECK(shown.row(40ms) == 2);
  CHECK(shown.row(50ms) == 2);
  REQUIRE(shown.events.size() == 1);
  CHECK(shown.events[0].text == "a; b");
}
