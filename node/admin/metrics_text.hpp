// SPDX-License-Identifier: BSD-3-Clause
// Prometheus text from plain numbers. Subsystems count in structs of their own; whoever scrapes gathers them into this form.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace troupe {

struct metric {
  enum class kind : unsigned char { counter, gauge };
  std::string name; ///< "troupe_connections"
  std::string help;
  kind what = kind::gauge;
  std::vector<std::pair<std::string, std::string>> labels;
  double value = 0;
};

/// The exposition format 0.0.4. Metrics of one name stand together; the first one's help is used.
std::string metrics_text(const std::vector<metric>& all);

} // namespace troupe
