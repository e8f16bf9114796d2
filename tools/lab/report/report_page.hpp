// SPDX-License-Identifier: BSD-3-Clause
// report.html: one file that opens offline, without script and without anything from elsewhere. Pure.
#pragma once

#include "tools/lab/report/run_figures.hpp"

namespace troupe::lab {

constexpr std::size_t table_rows_max = 200; ///< of each table and list; the page says how many it left out

std::string report_page(const run_record& run, const run_figures& figures, const timeline& over);

} // namespace troupe::lab
