// SPDX-License-Identifier: BSD-3-Clause
// Says what an honest member says, seconds late and one thing at a time.
#include "tools/lab/role/echoing_member.hpp"
#include "tools/lab/role/makers.hpp"

namespace troupe::lab {
namespace {

constexpr std::size_t answers_max = 64; ///< later ones are never given
constexpr std::uint32_t ticks_min = 20;
constexpr std::uint32_t ticks_max = 100;

class slow_drip final : public echoing_member {
public:
  using echoing_member::echoing_member;

  void tick() override {
    if (waiting_.empty() || --ticks_left_ > 0)
      return;
    waiting_.front()();
    waiting_.pop_front();
    draw();
  }

private:
  void asked(const peer_id& from, const brb::send_ptr& what) override {
    later([=, this] { echoing_member::asked(from, what); });
  }
  void proven(const peer_id& from, const brb::certificate_ptr& what) override {
    later([=, this] { echoing_member::proven(from, what); });
  }

  void later(std::function<void()> answer) {
    if (waiting_.size() >= answers_max)
      return;
    if (waiting_.empty())
      draw();
    waiting_.push_back(std::move(answer));
  }

  void draw() { ticks_left_ = ticks_min + static_cast<std::uint32_t>(rng().below(ticks_max - ticks_min)); }

  fifo<std::function<void()>> waiting_;
  std::uint32_t ticks_left_ = 0;
};

} // namespace

std::unique_ptr<role> make_slow_drip(role_options options) {
  return std::make_unique<slow_drip>(std::move(options));
}

} // namespace troupe::lab
