// SPDX-License-Identifier: BSD-3-Clause
// A voting group of processes on loopback, driven line by line. The calling process has one thread.
#pragma once

#include "tools/bench/brb_member.hpp"
#include "tools/bench/line_pipe.hpp"

#include <chrono>
#include <memory>
#include <optional>

namespace troupe::bench {

class brb_group {
public:
  struct options {
    std::size_t members = 4;
    std::string
      data; ///< a directory below which each member has its own; empty = nothing is stored or synced
    std::uint64_t batch = 256;
    std::size_t op_bytes = 64;
  };

  explicit brb_group(const options& how);
  ~brb_group(); ///< ends the processes
  brb_group(const brb_group&) = delete;
  brb_group& operator=(const brb_group&) = delete;

  /// Everybody is connected with everybody; false if a process failed, which has said why on standard error.
  bool ready() const { return ready_; }
  /// What each member measured; empty if one failed. `rate`: of all together.
  std::vector<brb_figures> load(double rate, double measured_s);
  /// Full load until each member has delivered so many operations since it was started.
  std::vector<brb_figures> fill(std::uint64_t count);
  /// Ends one member, starts it again on its data; seconds from its start to its answer to a read that is
  /// what the others read. Nothing if that did not come.
  std::optional<double> restart(std::size_t which);
  /// A process more, proposed by the first member; seconds until it reads what the others do.
  std::optional<double> join();

private:
  struct process {
    int id = -1;
    int in = -1;
    int out = -1;
    std::unique_ptr<line_pipe> lines;
  };

  void start(const brb_member_options& with);
  void stop(process& one);
  std::optional<std::string> said(std::size_t which, const std::string& line);
  std::optional<double> read_as_others(std::size_t which, std::chrono::steady_clock::time_point begun);
  std::optional<std::vector<std::string>> all_say(const std::string& line);

  options how_;
  std::vector<process> processes_;
  bool ready_ = false;
};

} // namespace troupe::bench
