// SPDX-License-Identifier: BSD-3-Clause
#include "tools/bench/bench_lanes.hpp"

#include "messages/types/chunk.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace troupe::bench {
namespace {

constexpr std::size_t block_size = 65'536;
constexpr std::size_t ahead_max = 16 * block_size; ///< bytes queued in a lane at most

/// Reads into a buffer that all lanes of a thread share, as nothing outlives commit.
class handler : public transport::lane_handler {
public:
  void opened(const transport::lane_ptr& self, std::string_view) override {
    lane_ = self;
    begin();
  }
  std::span<std::uint8_t> prepare(std::size_t) override {
    thread_local bytes buffer(4 * block_size);
    buffer_ = buffer;
    return buffer_;
  }
  void commit(std::size_t n) override { take(buffer_.first(n)); }
  void closed(transport::transport_errc) override { lane_.reset(); }

protected:
  virtual void begin() {}
  virtual void take(byte_view part) { lane_->grant(part.size()); }

  transport::lane_ptr lane_;

private:
  std::span<std::uint8_t> buffer_;
};

class sink_handler final : public handler {
  void finished() override {
    const std::uint8_t answer[] = {1};
    lane_->write(chunk::copy_of(answer));
    lane_->finish();
  }
};

class echo_handler final : public handler {
  void take(byte_view part) override {
    lane_->write(chunk::copy_of(part));
    lane_->grant(part.size());
  }
  void finished() override { lane_->finish(); }
};

class stuck_handler final : public handler {
  void take(byte_view) override {}
};

chunk_ptr full_block() {
  auto made = chunk::make(block_size);
  std::memset(made->data(), 0x5a, block_size);
  made->commit(block_size);
  return made;
}

class source_handler final : public handler {
public:
  source_handler(std::uint64_t total, std::function<void(double)> done)
    : left_(total - total % block_size), done_(std::move(done)) {}

private:
  void begin() override {
    begun_ = clock::now();
    pump();
  }
  void drained(std::size_t n) override {
    queued_ -= std::min(queued_, n);
    if (queued_ <= ahead_max / 2)
      pump();
  }
  void pump() {
    while (left_ > 0 && queued_ < ahead_max) {
      lane_->write(block_);
      queued_ += block_size;
      left_ -= block_size;
    }
    if (left_ == 0 && !std::exchange(finished_, true))
      lane_->finish();
  }
  void take(byte_view) override { answered_ = clock::now(); }
  void closed(transport::transport_errc) override {
    done_(answered_ == clock::time_point{} ? -1.0 : std::chrono::duration<double>(answered_ - begun_).count());
  }

  chunk_ptr block_ = full_block();
  std::uint64_t left_;
  std::function<void(double)> done_;
  std::size_t queued_ = 0;
  bool finished_ = false;
  clock::time_point begun_{};
  clock::time_point answered_{};
};

class flood_handler final : public handler {
  void begin() override { drained(0); }
  void drained(std::size_t n) override {
    queued_ -= std::min(queued_, n);
    for (; queued_ < ahead_max; queued_ += block_size)
      lane_->write(block_);
  }

  chunk_ptr block_ = full_block();
  std::size_t queued_ = 0;
};

class echo_once_handler final : public handler {
public:
  echo_once_handler(std::size_t size, std::function<void(bool)> done) : size_(size), done_(std::move(done)) {}

private:
  void begin() override {
    auto data = chunk::make(size_);
    std::memset(data->data(), 0x5a, size_);
    data->commit(size_);
    lane_->write(data);
  }
  void take(byte_view part) override {
    got_ += part.size();
    lane_->grant(part.size());
    if (got_ >= size_)
      lane_->finish();
  }
  void closed(transport::transport_errc) override { done_(got_ == size_); }

  std::size_t size_;
  std::size_t got_ = 0;
  std::function<void(bool)> done_;
};

class ping_handler final : public handler {
public:
  ping_handler(std::size_t count, std::function<void(std::vector<round_trip>)> done) : count_(count), done_(std::move(done)) {}

private:
  void begin() override {
    trips_.reserve(count_);
    send();
  }
  void send() {
    std::array<std::uint8_t, 32> payload{};
    payload[0] = static_cast<std::uint8_t>(trips_.size());
    got_ = 0;
    sent_ = clock::now();
    lane_->write(chunk::copy_of(payload));
  }
  void take(byte_view part) override {
    lane_->grant(part.size());
    got_ += part.size();
    if (got_ < 32)
      return;
    const auto now = clock::now();
    trips_.push_back({std::chrono::duration<double, std::micro>(now - sent_).count(), now});
    if (trips_.size() < count_)
      send();
    else
      lane_->finish();
  }
  void closed(transport::transport_errc) override { done_(std::move(trips_)); }

  std::size_t count_;
  std::function<void(std::vector<round_trip>)> done_;
  std::vector<round_trip> trips_;
  std::size_t got_ = 0;
  clock::time_point sent_{};
};

template <class Handler>
transport::protocol protocol_of(const char* id) {
  transport::protocol made;
  made.ids = {id};
  made.accept = [](const transport::inbound_lane&) { return std::make_unique<Handler>(); };
  return made;
}

} // namespace

transport::protocol sink() {
  return protocol_of<sink_handler>(sink_protocol);
}

transport::protocol echo() {
  return protocol_of<echo_handler>(echo_protocol);
}

transport::protocol stuck() {
  return protocol_of<stuck_handler>(stuck_protocol);
}

transport::lane_handler_ptr source(std::uint64_t total, std::function<void(double)> done) {
  return std::make_unique<source_handler>(total, std::move(done));
}

transport::lane_handler_ptr flood() {
  return std::make_unique<flood_handler>();
}

transport::lane_handler_ptr echo_once(std::size_t size, std::function<void(bool)> done) {
  return std::make_unique<echo_once_handler>(size, std::move(done));
}

transport::lane_handler_ptr pings(std::size_t count, std::function<void(std::vector<round_trip>)> done) {
  return std::make_unique<ping_handler>(count, std::move(done));
}

} // namespace troupe::bench
