// SPDX-License-Identifier: BSD-3-Clause
#include "tests/interop/exchange.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <deque>

namespace troupe::test {
namespace {

constexpr std::size_t block_size = 65'536;
constexpr std::size_t ahead_max = 8 * block_size; ///< bytes queued in the lane at most
using digest_bytes = std::array<std::uint8_t, 32>;

const bytes& pattern() {
  static const bytes block = [] {
    bytes made(block_size);
    for (std::size_t i = 0; i < made.size(); ++i)
      made[i] = static_cast<std::uint8_t>(i * 31 + 7);
    return made;
  }();
  return block;
}

class running_digest {
public:
  running_digest() { EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr); }
  void update(byte_view more) { EVP_DigestUpdate(context_.get(), more.data(), more.size()); }
  digest_bytes final() {
    digest_bytes out{};
    EVP_DigestFinal_ex(context_.get(), out.data(), nullptr);
    return out;
  }

private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_{EVP_MD_CTX_new(), EVP_MD_CTX_free};
};

/// Both roles: the pattern goes out in bounded pieces, and what comes in is first `header_` bytes, then `left_` hashed ones, then a
/// digest where one is due.
class exchanging : public transport::lane_handler {
public:
  void opened(const transport::lane_ptr& self, std::string_view) override {
    lane_ = self;
    begin();
  }
  std::span<std::uint8_t> prepare(std::size_t) override { return buffer_; }
  void commit(std::size_t n) override {
    take({buffer_.data(), n});
    lane_->grant(n);
  }
  void drained(std::size_t n) override {
    queued_ -= std::min(queued_, n);
    pump();
  }

protected:
  virtual void begin() = 0;
  virtual void take(byte_view part) = 0;
  virtual void all_sent() = 0;

  void send(byte_view what) { lane_->write(chunk::copy_of(what)); }
  void start_pattern(std::uint64_t size) {
    to_send_ = size;
    sending_ = true;
    pump();
  }
  void pump() {
    while (to_send_ > 0 && queued_ < ahead_max) {
      const auto part = byte_view{pattern()}.first(std::min<std::uint64_t>(to_send_, block_size));
      sent_digest_.update(part);
      to_send_ -= part.size();
      queued_ += part.size();
      send(part);
    }
    if (sending_ && to_send_ == 0) {
      sending_ = false;
      all_sent();
    }
  }

  transport::lane_ptr lane_;
  running_digest sent_digest_;
  running_digest received_digest_;

private:
  bytes buffer_ = bytes(block_size);
  std::uint64_t to_send_ = 0;
  std::size_t queued_ = 0;
  bool sending_ = false;
};

class server final : public exchanging {
  void begin() override {}
  void take(byte_view part) override {
    while (header_.size() < 8 && !part.empty()) {
      header_.push_back(part.front());
      part = part.subspan(1);
      if (header_.size() == 8) {
        for (const auto digit : header_)
          size_ = size_ << 8 | digit;
        left_ = size_;
      }
    }
    const auto counted = part.first(std::min<std::uint64_t>(part.size(), left_));
    received_digest_.update(counted);
    left_ -= counted.size();
    if (header_.size() == 8 && left_ == 0 && !std::exchange(answered_, true)) {
      send(received_digest_.final());
      start_pattern(size_);
    }
  }
  void all_sent() override {
    send(sent_digest_.final());
    lane_->finish();
  }
  void closed(transport::transport_errc) override {}

  bytes header_;
  std::uint64_t size_ = 0;
  std::uint64_t left_ = 0;
  bool answered_ = false;
};

class opener final : public exchanging {
public:
  opener(std::uint64_t size, std::promise<exchange_result> done) : size_(size), left_(size), done_(std::move(done)) {}

private:
  void begin() override {
    bytes header;
    for (int shift = 56; shift >= 0; shift -= 8)
      header.push_back(static_cast<std::uint8_t>(size_ >> shift));
    send(header);
    start_pattern(size_);
  }
  void all_sent() override { own_ = sent_digest_.final(); }
  void take(byte_view part) override {
    part = fill(confirmed_, part);
    const auto counted = part.first(std::min<std::uint64_t>(part.size(), left_));
    received_digest_.update(counted);
    left_ -= counted.size();
    if (left_ == 0)
      fill(claimed_, part.subspan(counted.size()));
    if (claimed_.size() == 32 && !std::exchange(finished_, true)) {
      const auto received = received_digest_.final();
      result_.sent_equal = std::equal(own_.begin(), own_.end(), confirmed_.begin(), confirmed_.end());
      result_.received_equal = std::equal(received.begin(), received.end(), claimed_.begin(), claimed_.end());
      lane_->finish();
    }
  }
  void closed(transport::transport_errc why) override {
    if (!finished_)
      result_.failure = std::string{transport::name_of(why)};
    done_.set_value(result_);
  }
  static byte_view fill(bytes& into, byte_view part) {
    const auto wanted = std::min<std::size_t>(32 - into.size(), part.size());
    into.insert(into.end(), part.begin(), part.begin() + static_cast<std::ptrdiff_t>(wanted));
    return part.subspan(wanted);
  }

  std::uint64_t size_;
  std::uint64_t left_;
  std::promise<exchange_result> done_;
  bytes confirmed_;
  bytes claimed_;
  digest_bytes own_{};
  exchange_result result_;
  bool finished_ = false;
};

} // namespace

transport::protocol serve_exchange(std::string id) {
  transport::protocol made;
  made.ids = {std::move(id)};
  made.accept = [](const transport::inbound_lane&) { return std::make_unique<server>(); };
  return made;
}

std::future<exchange_result> open_exchange(node& from, const peer_id& to, std::uint64_t size, std::string id) {
  std::promise<exchange_result> done;
  auto result = done.get_future();
  from.open_stream({to, {}, std::move(id)}, std::make_unique<opener>(size, std::move(done)));
  return result;
}

} // namespace troupe::test
