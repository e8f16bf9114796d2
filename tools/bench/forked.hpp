// SPDX-License-Identifier: BSD-3-Clause
// Runs a measurement in processes of its own: side by side they share no allocator, no reference counter that
// has to be atomic and nothing of CAF, and what one of them leaves behind does not count against the next.
// The calling process has one thread.
#pragma once

#include <functional>
#include <vector>

namespace troupe::bench {

/// What `measure` gives in each of `jobs` processes that run at the same time; one that dies gives nothing.
std::vector<double> in_processes(unsigned jobs, const std::function<double()>& measure);

/// The sum of them; 0 if one died.
double sum_of_processes(unsigned jobs, const std::function<double()>& measure);

} // namespace troupe::bench
