// SPDX-License-Identifier: BSD-3-Clause
#include "node/repl/line_source.hpp"

#include <csignal>
#include <cstdio>
#include <system_error>
#include <utility>

#include <histedit.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace troupe::repl {
namespace {

constexpr int history_lines_max = 1000;

/// False if the stop signal came first.
bool readable(int input, const stop_signal& stop) {
  pollfd waiting[2] = {{stop.descriptor(), POLLIN, 0}, {input, POLLIN, 0}};
  while (::poll(waiting, 2, -1) < 0 && errno == EINTR) {
  }
  return (waiting[0].revents & POLLIN) == 0;
}

class piped final : public line_source {
public:
  piped(int input, const stop_signal& stop) : input_(input), stop_(stop) {}

  std::optional<std::string> next() override {
    for (;;) {
      const auto end = pending_.find('\n');
      if (end != std::string::npos)
        return take(end, 1);
      if (ended_ && !pending_.empty())
        return take(pending_.size(), 0);
      if (pending_.size() > line_size_max)
        pending_.resize(line_size_max + 1); // the rest is dropped as it comes
      if (ended_ || !readable(input_, stop_))
        return std::nullopt;
      fill();
    }
  }

private:
  std::string take(std::size_t size, std::size_t newline) {
    auto line = pending_.substr(0, size);
    pending_.erase(0, size + newline);
    return line;
  }
  void fill() {
    char buffer[4096];
    const auto count = ::read(input_, buffer, sizeof buffer);
    if (count > 0)
      pending_.append(buffer, static_cast<std::size_t>(count));
    else if (count == 0 || errno != EINTR)
      ended_ = true;
  }

  int input_;
  const stop_signal& stop_;
  std::string pending_;
  bool ended_ = false;
};

class edited final : public line_source {
public:
  edited(const stop_signal& stop, std::vector<std::string> words)
    : stop_(stop), words_(std::move(words)), editor_(el_init("troupe", stdin, stdout, stderr)), history_(history_init()) {
    HistEvent event{};
    history(history_, &event, H_SETSIZE, history_lines_max);
    el_set(editor_, EL_CLIENTDATA, this);
    el_set(editor_, EL_PROMPT, +[](EditLine*) -> char* { return prompt_; });
    el_set(editor_, EL_EDITOR, "emacs");
    el_set(editor_, EL_HIST, history, history_);
    el_set(editor_, EL_GETCFN, +[](EditLine* editor, wchar_t* out) { return of(editor).get(out); });
    el_set(editor_, EL_ADDFN, "complete", "complete a command",
           +[](EditLine* editor, int) -> unsigned char { return of(editor).complete(); });
    el_set(editor_, EL_BIND, "^I", "complete", nullptr);
  }
  ~edited() override {
    history_end(history_);
    el_end(editor_);
  }

  std::optional<std::string> next() override {
    int count = 0;
    const char* text = el_gets(editor_, &count);
    if (!text || count <= 0)
      return std::nullopt;
    std::string line{text, static_cast<std::size_t>(count)};
    HistEvent event{};
    if (line.find_first_not_of(" \t\r\n") != std::string::npos)
      history(history_, &event, H_ENTER, text);
    if (line.ends_with('\n'))
      line.pop_back();
    return line;
  }

private:
  static edited& of(EditLine* editor) {
    void* self = nullptr;
    el_get(editor, EL_CLIENTDATA, &self);
    return *static_cast<edited*>(self);
  }

  int get(wchar_t* out) {
    char letter = 0;
    if (!readable(STDIN_FILENO, stop_) || ::read(STDIN_FILENO, &letter, 1) != 1)
      return 0; // libedit takes this for the end of input
    *out = static_cast<unsigned char>(letter);
    return 1;
  }

  unsigned char complete() {
    const auto* line = el_line(editor_);
    const std::string typed{line->buffer, line->cursor};
    std::vector<std::string> fitting;
    for (const auto& word : words_)
      if (word.starts_with(typed))
        fitting.push_back(word);
    if (fitting.size() == 1) {
      el_insertstr(editor_, (fitting.front().substr(typed.size()) + " ").c_str());
      return CC_REFRESH;
    }
    if (fitting.empty())
      return CC_REFRESH_BEEP;
    std::fputc('\n', stdout);
    for (const auto& word : fitting)
      std::fprintf(stdout, "%s  ", word.c_str());
    std::fputc('\n', stdout);
    return CC_REDISPLAY;
  }

  inline static char prompt_[] = "> ";
  const stop_signal& stop_;
  std::vector<std::string> words_;
  EditLine* editor_;
  History* history_;
};

} // namespace

stop_signal::stop_signal() {
  sigset_t both;
  sigemptyset(&both);
  sigaddset(&both, SIGINT);
  sigaddset(&both, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &both, nullptr);
  descriptor_ = ::signalfd(-1, &both, SFD_CLOEXEC);
  if (descriptor_ < 0)
    throw std::system_error(errno, std::generic_category(), "signalfd");
}

stop_signal::~stop_signal() {
  ::close(descriptor_);
}

void stop_signal::wait() const {
  pollfd waiting{descriptor_, POLLIN, 0};
  while (::poll(&waiting, 1, -1) < 0 && errno == EINTR) {
  }
}

bool stop_signal::raised() const {
  pollfd waiting{descriptor_, POLLIN, 0};
  return ::poll(&waiting, 1, 0) > 0;
}

std::unique_ptr<line_source> piped_lines(int input, const stop_signal& stop) {
  return std::make_unique<piped>(input, stop);
}

std::unique_ptr<line_source> edited_lines(const stop_signal& stop, const std::vector<std::string>& words) {
  return std::make_unique<edited>(stop, words);
}

} // namespace troupe::repl
