// SPDX-License-Identifier: BSD-3-Clause
#include "tools/bench/member_figures.hpp"

#include <boost/json.hpp>

namespace troupe::bench {
namespace {

namespace json = boost::json;

member_figures figures_of(const json::object& from) {
  const auto count = [&](const char* key) { return from.at(key).to_number<std::uint64_t>(); };
  member_figures one;
  one.seconds = from.at("seconds").to_number<double>();
  one.counts = {count("delivered"), count("frames"), count("made"), count("checked")};
  one.failed = count("failed");
  one.rss_mb = from.at("rss_mb").to_number<double>();
  for (const auto& each : from.at("latencies_ms").as_array())
    one.latencies_ms.push_back(each.to_number<double>());
  return one;
}

} // namespace

std::string text_of(const std::vector<member_figures>& all) {
  json::array members;
  for (const auto& one : all)
    members.push_back(json::object{{"seconds", one.seconds},
                                   {"delivered", one.counts.delivered},
                                   {"frames", one.counts.frames},
                                   {"made", one.counts.made},
                                   {"checked", one.counts.checked},
                                   {"failed", one.failed},
                                   {"rss_mb", one.rss_mb},
                                   {"latencies_ms", json::value_from(one.latencies_ms)}});
  return json::serialize(members);
}

std::vector<member_figures> figures_of(std::string_view text) {
  std::vector<member_figures> all;
  const auto said = json::parse({text.data(), text.size()});
  for (const auto& one : said.as_array())
    all.push_back(figures_of(one.as_object()));
  return all;
}

} // namespace troupe::bench
