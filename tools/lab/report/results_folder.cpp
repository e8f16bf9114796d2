// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/report/results_folder.hpp"

#include "tools/lab/report/history.hpp"
#include "tools/lab/report/json_text.hpp"
#include "tools/lab/report/report_page.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace troupe::lab {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

expected<void, explained> write(const fs::path& file, std::string_view text) {
  errno = 0;
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  out.close();
  if (!out)
    return unexpected(explained{fmt::format("cannot write {}: {}", file.string(),
                                            errno == 0 ? "unknown reason" : std::strerror(errno))});
  return {};
}

explained about(const fs::path& file, std::string_view what) {
  return {fmt::format("{}: {}", file.string(), what)};
}

} // namespace

expected<void, explained> write_results(const run_record& run, const fs::path& folder) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed)
    return unexpected(explained{fmt::format("cannot make {}: {}", folder.string(), failed.message())});
  const auto over = make_timeline(run, timeline_bins);
  const auto figures = figures_of(run, over);
  auto object = results_object(run, figures, fs::absolute(folder).string());
  object["scenario_text"] = run.scenario_text;
  return write(folder / "history.jsonl", history_lines(run))
    .and_then([&] { return write(folder / "report.html", report_page(run, figures, over)); })
    .and_then([&] { return write(folder / "results.json", json_text(object)); });
}

expected<stored_results, explained> read_results(const fs::path& folder) {
  std::error_code failed;
  if (!fs::is_directory(folder, failed))
    return unexpected(about(folder, "there is no such folder"));
  const auto file = folder / "results.json";
  const auto size = fs::file_size(file, failed);
  if (failed)
    return unexpected(about(folder, "it has no results.json: no result folder, or its run did not end"));
  if (size > results_bytes_max)
    return unexpected(about(file, "it is too large for a result"));
  std::string text(size, '\0');
  std::ifstream in(file, std::ios::binary);
  if (!in.read(text.data(), static_cast<std::streamsize>(size)))
    return unexpected(about(file, "it cannot be read"));
  boost::system::error_code malformed;
  const auto value = json::parse(text, malformed);
  if (malformed)
    return unexpected(about(file, "it is damaged: " + malformed.message()));
  return results_from(value).map_error([&](const explained& why) { return about(file, why.text); });
}

} // namespace troupe::lab
