// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/audit/readable_records.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace troupe::lab {

std::uint64_t count_readable(const stored_node& of, std::vector<std::string>& violations) {
  constexpr std::size_t page_max = 1u << 20; // bytes
  std::uint64_t count = 0;
  for (bytes from;;) {
    const auto page = of.records->scan(from, {}, page_max);
    if (!page) {
      violations.push_back(fmt::format("{}: the records behind the first {} cannot be read: {}", of.path,
                                       count, describe(page.error())));
      return count;
    }
    if (page->empty())
      return count;
    count += page->size();
    for (const auto& one : *page)
      if (one.damaged)
        violations.push_back(
          fmt::format("{}: the record {:02x} is damaged", of.path, fmt::join(one.key, "")));
    from = page->back().key;
    from.push_back(0);
  }
}

} // namespace troupe::lab
