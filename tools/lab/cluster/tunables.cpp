// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/cluster/tunables.hpp"

namespace troupe::lab {
namespace {

/// Mostly as in production, else between the bounds, with the lower end itself in a tenth of the draws.
template <class T>
void draw(random_stream& rng, T& value, std::uint64_t least, std::uint64_t most) {
  if (rng.chance(400'000))
    return;
  const bool extreme = rng.chance(100'000);
  const auto drawn = least + rng.below(most - least + 1);
  value = T(extreme ? least : drawn);
}

void draw(random_stream& rng, duration& value, std::chrono::microseconds least,
          std::chrono::microseconds most) {
  auto count = std::chrono::duration_cast<std::chrono::microseconds>(value).count();
  draw(rng, count, static_cast<std::uint64_t>(least.count()), static_cast<std::uint64_t>(most.count()));
  value = std::chrono::microseconds{count};
}

} // namespace

tunables drawn_tunables(random_stream rng, bool randomised) {
  using std::chrono::milliseconds;
  using std::chrono::seconds;
  tunables all;
  if (!randomised)
    return all;
  draw(rng, all.operation_resend_first, milliseconds{100}, seconds{2});
  draw(rng, all.vote_resend_first, milliseconds{200}, seconds{3});
  draw(rng, all.resend_max, seconds{5}, seconds{60});
  draw(rng, all.anti_entropy_every, seconds{2}, seconds{60});
  draw(rng, all.batches.operations, 1, 8);
  draw(rng, all.batches.delay, milliseconds{0}, milliseconds{20});
  draw(rng, all.signatures_seen_max, 1, 1024);
  draw(rng, all.log_segment_size, 256, 16 * 1024);
  draw(rng, all.sync_max, milliseconds{0}, milliseconds{5});
  draw(rng, all.lane_segment_max, 64, 64 * 1024);
  draw(rng, all.split, 0, 200'000);
  draw(rng, all.burst_max, 1, 100);
  draw(rng, all.checkpoint_every, 1, 32);
  draw(rng, all.checkpoint_at_least_every, milliseconds{100}, seconds{10});
  draw(rng, all.coding.payload_min, 1, 256);
  draw(rng, all.coding.members_min, brb::coded_members_min, 7);
  return all;
}

void apply(const tunables& from, brb::agreement_options& to) {
  to.operation_resend_first = from.operation_resend_first;
  to.vote_resend_first = from.vote_resend_first;
  to.resend_max = from.resend_max;
  to.anti_entropy_every = from.anti_entropy_every;
  to.batches = from.batches;
  to.coding = from.coding;
  to.checkpoint_every = from.checkpoint_every;
  to.checkpoint_at_least_every = from.checkpoint_at_least_every;
}

void apply(const tunables& from, crypto::options& to) {
  to.workers = 1;
  to.seen_max = from.signatures_seen_max;
}

void apply(const tunables& from, transport::sim_options& to) {
  to.segment_max = from.lane_segment_max;
}

} // namespace troupe::lab
