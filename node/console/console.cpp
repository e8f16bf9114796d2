// SPDX-License-Identifier: BSD-3-Clause
#include "node/console/console.hpp"

#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/dup_filter_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <array>
#include <future>

namespace troupe {
namespace {

constexpr std::chrono::seconds repeats_collapse_within{5};

spdlog::level::level_enum spdlog_level(log_level level) {
  return static_cast<spdlog::level::level_enum>(level == log_level::off ? spdlog::level::off : static_cast<int>(level));
}

} // namespace

static_assert(static_cast<int>(log_level::error) == SPDLOG_LEVEL_ERROR);

struct console::impl {
  // One worker and one queue for both loggers: that is what keeps answers and log lines in order.
  std::shared_ptr<spdlog::details::thread_pool> pool =
    std::make_shared<spdlog::details::thread_pool>(queued_lines_max, 1);
  std::shared_ptr<spdlog::async_logger> lines;
  std::shared_ptr<spdlog::async_logger> answers;
};

console::console(log_level least) : impl_(std::make_unique<impl>()), least_(least) {
  auto out = std::make_shared<spdlog::sinks::stdout_sink_mt>();
  spdlog::sink_ptr lines = out;
  // A trace is a transcript: what is said twice happened twice.
  if (least != log_level::trace) {
    auto collapsing = std::make_shared<spdlog::sinks::dup_filter_sink_mt>(repeats_collapse_within);
    collapsing->add_sink(out);
    lines = std::move(collapsing);
  }
  impl_->lines = std::make_shared<spdlog::async_logger>("lines", lines, impl_->pool,
                                                        spdlog::async_overflow_policy::overrun_oldest);
  impl_->answers = std::make_shared<spdlog::async_logger>("answers", out, impl_->pool,
                                                          spdlog::async_overflow_policy::block);
  for (const auto& logger : {impl_->lines, impl_->answers}) {
    logger->set_pattern("%v");
    logger->set_level(spdlog::level::trace);
    logger->flush_on(spdlog::level::trace);
  }
}

console::~console() = default;

bool console::wants(log_level level) const {
  return level >= least_ && level != log_level::off;
}

void console::write(log_level level, std::string_view, time_point, std::string_view line) {
  if (wants(level))
    impl_->lines->log(spdlog_level(level), line);
}

void console::say(std::string_view text) {
  impl_->answers->log(spdlog::level::info, text);
}

void console::flush() {
  // The pool has no "wait until empty"; a fence logger whose sink fulfils a promise rides the same queue.
  struct fence final : spdlog::sinks::sink {
    std::promise<void> reached;
    void log(const spdlog::details::log_msg&) override { reached.set_value(); }
    void flush() override {}
    void set_pattern(const std::string&) override {}
    void set_formatter(std::unique_ptr<spdlog::formatter>) override {}
  };
  auto mark = std::make_shared<fence>();
  auto waiting = mark->reached.get_future();
  const auto logger = std::make_shared<spdlog::async_logger>("fence", mark, impl_->pool, spdlog::async_overflow_policy::block);
  logger->info("");
  waiting.wait_for(std::chrono::seconds{2}); // a stuck reader of our output must not keep the process alive
}

std::size_t console::dropped() const {
  return impl_->pool->overrun_counter();
}

log_level parse_log_level(std::string_view word) {
  constexpr std::array<std::string_view, 6> words{"trace", "debug", "info", "warn", "error", "off"};
  for (std::size_t i = 0; i < words.size(); ++i)
    if (words[i] == word)
      return static_cast<log_level>(i);
  return log_level::info;
}

} // namespace troupe
