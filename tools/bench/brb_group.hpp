// SPDX-License-Identifier: BSD-3-Clause
// A voting group on loopback, in processes of its own, driven line by line. The calling process has one
// thread.
#pragma once

#include "tools/bench/line_pipe.hpp"
#include "tools/bench/member_figures.hpp"

#include <chrono>
#include <memory>
#include <optional>

namespace troupe::bench {

enum class placement : std::uint8_t {
  processes, ///< each member alone, as operators run it
  one,       ///< all members in one process, on one actor system; between them the same sockets and TLS
};

class brb_group {
public:
  struct options {
    broadcast_algorithm algorithm = broadcast_algorithm::troupe;
    placement where = placement::processes;
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
  std::vector<member_figures> load(double rate, double measured_s);
  /// Full load until each member has delivered so many operations since it was started.
  std::vector<member_figures> fill(std::uint64_t count);
  /// Ends one member, starts it again on its data; seconds from its start to its answer to a read that is
  /// what the others read. Nothing if that did not come. Members in processes of their own only, as join().
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

  void start(const std::vector<member_options>& with);
  std::vector<member_figures> measured(const std::string& order);
  void stop(process& one);
  std::optional<std::string> said(std::size_t which, const std::string& line);
  std::optional<double> read_as_others(std::size_t which, std::chrono::steady_clock::time_point begun);
  std::optional<std::vector<std::string>> all_say(const std::string& line);

  options how_;
  std::vector<process> processes_;
  bool ready_ = false;
};

} // namespace troupe::bench
