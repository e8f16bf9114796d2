// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/link_probe.hpp"

#include <algorithm>

namespace troupe::test {

using namespace transport;

namespace {

class probe final : public lane_handler {
public:
  probe(lane_log log, probe_options options)
    : log_(std::move(log)), options_(std::move(options)), buffer_(options_.room) {}

  void opened(const lane_ptr& self, std::string_view protocol) override {
    log_->with([&](lane_record& log) {
      if (log.self || log.closed)
        log.violations.emplace_back("opened twice or after closed");
      log.self = self;
      log.protocol = protocol;
    });
    self_ = self;
  }

  std::span<std::uint8_t> prepare(std::size_t expected) override {
    check("prepare");
    if (expected == 0)
      log_->with([](lane_record& log) { log.violations.emplace_back("prepare(0)"); });
    offered_ = buffer_.size();
    return buffer_;
  }

  void commit(std::size_t n) override {
    check("commit");
    log_->with([&](lane_record& log) {
      if (n == 0 || n > offered_)
        log.violations.emplace_back("committed " + std::to_string(n) + " of " + std::to_string(offered_));
      if (log.finished)
        log.violations.emplace_back("bytes after finished");
      log.received.insert(log.received.end(), buffer_.begin(),
                          buffer_.begin() + static_cast<std::ptrdiff_t>(n));
      log.unconsumed_peak = std::max(log.unconsumed_peak, log.received.size() - log.granted);
    });
    offered_ = 0;
    this_turn_ += n;
    if (options_.on_bytes)
      options_.on_bytes(*self_, byte_view{buffer_}.first(n));
  }

  void turn_end() override {
    check("turn_end");
    log_->with([&](lane_record& log) {
      ++log.turns;
      if (options_.grants)
        log.granted += this_turn_;
    });
    const auto n = std::exchange(this_turn_, 0);
    if (options_.grants && n > 0)
      self_->grant(n);
  }

  void drained(std::size_t n) override {
    check("drained");
    log_->with([&](lane_record& log) { log.drained += n; });
  }

  void finished() override {
    check("finished");
    log_->with([](lane_record& log) {
      if (std::exchange(log.finished, true))
        log.violations.emplace_back("finished twice");
    });
    if (options_.on_finished)
      options_.on_finished(*self_);
  }

  void closed(transport_errc why) override {
    log_->with([&](lane_record& log) {
      if (log.closed)
        log.violations.emplace_back("closed twice");
      log.closed = why;
    });
    self_ = nullptr;
  }

private:
  void check(const char* call) {
    log_->with([&](lane_record& log) {
      if (!log.self)
        log.violations.emplace_back(std::string{call} + " before opened");
      if (log.closed)
        log.violations.emplace_back(std::string{call} + " after closed");
    });
  }

  lane_log log_;
  probe_options options_;
  bytes buffer_;
  std::size_t offered_ = 0;
  std::size_t this_turn_ = 0;
  lane_ptr self_;
};

} // namespace

lane_handler_ptr make_probe(lane_log log, probe_options options) {
  return std::make_unique<probe>(std::move(log), std::move(options));
}

void observer_probe::link_up(const link_ptr& up, std::optional<dial_id> dialled) {
  log.with([&](network_record& record) {
    for (const auto& earlier : record.ups)
      if (earlier.link->id() == up->id())
        record.violations.emplace_back("link_up twice");
    record.ups.push_back({up, dialled});
  });
}

void observer_probe::link_identified(const link_ptr& on, const identity& told) {
  log.with([&](network_record& record) {
    const auto known = [&](const auto& up) { return up.link->id() == on->id(); };
    if (std::none_of(record.ups.begin(), record.ups.end(), known))
      record.violations.emplace_back("link_identified without link_up");
    record.identified.insert_or_assign(on->id(), told);
  });
}

void observer_probe::link_down(const link_ptr& down, transport_errc why) {
  log.with([&](network_record& record) {
    const auto known = [&](const auto& up) { return up.link->id() == down->id(); };
    const auto gone = [&](const auto& earlier) { return earlier.id == down->id(); };
    if (std::none_of(record.ups.begin(), record.ups.end(), known))
      record.violations.emplace_back("link_down without link_up");
    if (std::any_of(record.downs.begin(), record.downs.end(), gone))
      record.violations.emplace_back("link_down twice");
    record.downs.push_back({down->id(), why});
  });
}

void observer_probe::dial_failed(dial_id id, const transport_error& why) {
  log.with([&](network_record& record) {
    if (!record.failures.emplace(id, why.code).second)
      record.violations.emplace_back("dial_failed twice");
  });
}

protocol lane_server::offer(std::vector<std::string> ids, protocol_limits limits, probe_options how,
                            bool refuse) {
  return {.ids = std::move(ids),
          .direction = opens::either,
          .limits = limits,
          .accept = [lanes = lanes_, how, refuse](const inbound_lane&) -> lane_handler_ptr {
            if (refuse)
              return nullptr;
            auto log = make_lane_log();
            lanes->with([&](auto& all) { all.push_back(log); });
            return make_probe(std::move(log), how);
          }};
}

std::size_t lane_server::count() {
  return lanes_->with([](const auto& all) { return all.size(); });
}

lane_log lane_server::at(std::size_t i) {
  return lanes_->with([i](const auto& all) { return all.at(i); });
}

bytes pattern(std::size_t from, std::size_t size) {
  bytes result(size);
  for (std::size_t i = 0; i < size; ++i)
    result[i] = static_cast<std::uint8_t>(((from + i) * 2654435761u) >> 13);
  return result;
}

} // namespace troupe::test
