// SPDX-License-Identifier: BSD-3-Clause
#include "tools/process/child_process.hpp"

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace troupe {
namespace {

using clock = std::chrono::steady_clock;

clock::time_point deadline(child_process::seconds within) {
  return clock::now() + std::chrono::duration_cast<clock::duration>(within);
}

[[noreturn]] void run_child(const std::vector<std::string>& arguments, const process_options& options, int in, int out) {
  ::dup2(in, STDIN_FILENO);
  ::dup2(out, STDOUT_FILENO);
  if (options.merge_stderr)
    ::dup2(out, STDERR_FILENO);
  for (const auto& [name, value] : options.environment)
    ::setenv(name.c_str(), value.c_str(), 1);
  if (!options.directory.empty() && ::chdir(options.directory.c_str()) != 0)
    ::_exit(127);
  std::vector<char*> argv;
  for (const auto& argument : arguments)
    argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  ::execvp(argv[0], argv.data());
  ::_exit(127);
}

} // namespace

child_process::child_process(std::vector<std::string> arguments, process_options options) {
  int to_child[2];
  int from_child[2];
  if (::pipe2(to_child, O_CLOEXEC) != 0 || ::pipe2(from_child, O_CLOEXEC) != 0)
    throw std::runtime_error(std::strerror(errno));
  std::signal(SIGPIPE, SIG_IGN);
  pid_ = ::fork();
  if (pid_ == 0)
    run_child(arguments, options, to_child[0], from_child[1]);
  ::close(to_child[0]);
  ::close(from_child[1]);
  in_ = to_child[1];
  out_ = from_child[0];
}

child_process::~child_process() {
  close_input();
  if (!status_) {
    ::kill(pid_, SIGKILL);
    int ignored = 0;
    ::waitpid(pid_, &ignored, 0);
  }
  ::close(out_);
}

void child_process::write(const std::string& text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const auto written = ::write(in_, text.data() + at, text.size() - at);
    if (written <= 0)
      return; // the child is gone; its output ends, too
    at += static_cast<std::size_t>(written);
  }
}

void child_process::close_input() {
  if (in_ >= 0)
    ::close(std::exchange(in_, -1));
}

bool child_process::fill(clock::time_point until) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - clock::now()).count();
  pollfd waiting{out_, POLLIN, 0};
  if (left < 0 || ::poll(&waiting, 1, static_cast<int>(left)) <= 0)
    return false;
  char buffer[65536];
  const auto count = ::read(out_, buffer, sizeof buffer);
  if (count <= 0)
    return false;
  pending_.append(buffer, static_cast<std::size_t>(count));
  output_.append(buffer, static_cast<std::size_t>(count));
  return true;
}

std::optional<std::string> child_process::read_line(seconds within) {
  const auto until = deadline(within);
  for (;;) {
    if (const auto end = pending_.find('\n'); end != std::string::npos) {
      auto line = pending_.substr(0, end);
      pending_.erase(0, end + 1);
      return line;
    }
    if (!fill(until))
      return std::nullopt;
  }
}

std::optional<std::string> child_process::read_until(const std::string& part, seconds within) {
  const auto until = deadline(within);
  for (;;) {
    auto line = read_line(until - clock::now());
    if (!line || line->find(part) != std::string::npos)
      return line;
  }
}

std::optional<int> child_process::wait(seconds within) {
  const auto until = deadline(within);
  while (fill(until)) {
  }
  while (!status_ && clock::now() < until) {
    int raw = 0;
    if (::waitpid(pid_, &raw, WNOHANG) == pid_)
      status_ = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
    else
      ::poll(nullptr, 0, 5);
  }
  return status_;
}

void child_process::signal(int number) {
  if (!status_)
    ::kill(pid_, number);
}

finished_process run(std::vector<std::string> arguments, const std::string& input, process_options options,
                     child_process::seconds within) {
  child_process child{std::move(arguments), std::move(options)};
  child.write(input);
  child.close_input();
  const auto code = child.wait(within);
  return {code.value_or(-1), child.output()};
}

temporary_directory::temporary_directory() {
  auto pattern = (std::filesystem::temp_directory_path() / "troupe-XXXXXX").string();
  if (!::mkdtemp(pattern.data()))
    throw std::runtime_error(std::strerror(errno));
  path_ = pattern;
}

temporary_directory::~temporary_directory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

} // namespace troupe
