// SPDX-License-Identifier: BSD-3-Clause
// The bytes of a results.json. What is read is written and read again as the same; what is refused says why
// in one line, and what is read has a report.
#include "messages/types/assert.hpp"
#include "tools/lab/report/json_text.hpp"
#include "tools/lab/report/report_page.hpp"
#include "tools/lab/report/results_json.hpp"

#include <boost/json/parse.hpp>

#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace troupe;
  using namespace troupe::lab;
  boost::system::error_code malformed;
  const auto value =
    boost::json::parse(std::string_view(reinterpret_cast<const char*>(data), size), malformed);
  if (malformed)
    return 0;
  const auto read = results_from(value);
  if (!read) {
    TROUPE_ASSERT(!read.error().text.empty() && read.error().text.find('\n') == std::string::npos);
    return 0;
  }
  auto object = results_object(read->run, read->figures, "");
  object["operations"] = {
    {"ok", read->operations.ok}, {"failed", read->operations.failed}, {"unknown", read->operations.unknown}};
  const auto written = boost::json::parse(json_text(object), malformed);
  TROUPE_ASSERT(!malformed);
  const auto again = results_from(written);
  TROUPE_ASSERT(again && again->run.seed == read->run.seed && again->run.scenario == read->run.scenario &&
                again->run.checks.size() == read->run.checks.size() &&
                again->operations.ok == read->operations.ok);
  TROUPE_ASSERT(!report_page(read->run, read->figures, make_timeline(read->run, timeline_bins)).empty());
  return 0;
}
