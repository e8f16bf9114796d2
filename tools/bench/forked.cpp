// SPDX-License-Identifier: BSD-3-Clause
#include "tools/bench/forked.hpp"

#include <cstdio>
#include <exception>
#include <numeric>

#include <sys/wait.h>
#include <unistd.h>

namespace troupe::bench {
namespace {

struct job {
  pid_t process = -1;
  int result = -1;
};

[[noreturn]] void serve(int result, const std::function<double()>& measure) {
  try {
    const double value = measure();
    const bool told = ::write(result, &value, sizeof value) == sizeof value;
    ::_exit(told ? 0 : 1);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "bench: %s\n", failure.what());
  }
  ::_exit(1);
}

job started(const std::function<double()>& measure) {
  int ends[2] = {-1, -1};
  if (::pipe(ends) != 0)
    return {};
  const auto process = ::fork();
  if (process == 0)
    serve(ends[1], measure);
  ::close(ends[1]);
  return {process, ends[0]};
}

} // namespace

std::vector<double> in_processes(unsigned jobs, const std::function<double()>& measure) {
  std::vector<job> all;
  for (unsigned i = 0; i < jobs; ++i)
    all.push_back(started(measure));
  std::vector<double> results;
  for (const auto& one : all) {
    double value = 0;
    if (one.result >= 0 && ::read(one.result, &value, sizeof value) == sizeof value)
      results.push_back(value);
    if (one.result >= 0)
      ::close(one.result);
    if (one.process > 0)
      ::waitpid(one.process, nullptr, 0);
  }
  return results;
}

double sum_of_processes(unsigned jobs, const std::function<double()>& measure) {
  const auto results = in_processes(jobs, measure);
  return results.size() == jobs ? std::accumulate(results.begin(), results.end(), 0.0) : 0;
}

} // namespace troupe::bench
