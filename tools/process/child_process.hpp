// SPDX-License-Identifier: BSD-3-Clause
// A child process: its standard input is written, its output read line by line with a deadline. It is killed and reaped
// when the object goes, so that none is left behind. Standard error goes into the same stream unless told otherwise.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace troupe {

struct process_options {
  bool merge_stderr = true;
  std::map<std::string, std::string> environment; ///< added to this process's own
  std::string directory;                          ///< empty = this process's own
};

class child_process {
public:
  using seconds = std::chrono::duration<double>;

  explicit child_process(std::vector<std::string> arguments, process_options options = {});
  ~child_process();
  child_process(const child_process&) = delete;
  child_process& operator=(const child_process&) = delete;

  void write(const std::string& text);
  void write_line(const std::string& text) { write(text + "\n"); }
  void close_input();
  /// The next line without its newline; nothing at the deadline or end of output.
  std::optional<std::string> read_line(seconds within = seconds{10});
  /// Reads on until a line holds `part`; everything read is in output().
  std::optional<std::string> read_until(const std::string& part, seconds within = seconds{10});
  /// Waits for the end and answers the exit code, 128 + the signal, or nothing at the deadline. Reads what is left first.
  std::optional<int> wait(seconds within = seconds{10});
  void signal(int number);
  pid_t pid() const { return pid_; }
  const std::string& output() const { return output_; }

private:
  bool fill(std::chrono::steady_clock::time_point until);

  pid_t pid_ = -1;
  int in_ = -1;
  int out_ = -1;
  std::string pending_;
  std::string output_;
  std::optional<int> status_;
};

/// Runs to the end. A child that does not end in time is killed and reported as -1.
struct finished_process {
  int code;
  std::string output;
};
finished_process run(std::vector<std::string> arguments, const std::string& input = {}, process_options options = {},
                     child_process::seconds within = child_process::seconds{60});

/// A fresh directory, removed with everything in it when the object goes.
class temporary_directory {
public:
  temporary_directory();
  ~temporary_directory();
  temporary_directory(const temporary_directory&) = delete;
  temporary_directory& operator=(const temporary_directory&) = delete;
  const std::string& path() const { return path_; }

private:
  std::string path_;
};

} // namespace troupe
