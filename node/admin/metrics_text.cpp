// SPDX-License-Identifier: BSD-3-Clause
#include "node/admin/metrics_text.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>

namespace troupe {
namespace {

prometheus::ClientMetric client_metric(const metric& from) {
  prometheus::ClientMetric made;
  for (const auto& [name, value] : from.labels)
    made.label.push_back({name, value});
  if (from.what == metric::kind::counter)
    made.counter.value = from.value;
  else
    made.gauge.value = from.value;
  return made;
}

} // namespace

std::string metrics_text(const std::vector<metric>& all) {
  std::vector<prometheus::MetricFamily> families;
  for (const auto& each : all) {
    auto family = std::find_if(families.begin(), families.end(), [&](const auto& f) { return f.name == each.name; });
    if (family == families.end()) {
      prometheus::MetricFamily made;
      made.name = each.name;
      made.help = each.help;
      made.type = each.what == metric::kind::counter ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge;
      family = families.insert(families.end(), std::move(made));
    }
    family->metric.push_back(client_metric(each));
  }
  return prometheus::TextSerializer{}.Serialize(families);
}

} // namespace troupe
