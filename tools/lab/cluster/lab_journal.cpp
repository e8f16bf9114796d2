// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/cluster/lab_journal.hpp"

namespace troupe::lab {

bytes lab_journal::harmed(bytes record) {
  if (faults_->flips_left > 0) {
    --faults_->flips_left;
    record[static_cast<std::size_t>(rng_.below(record.size()))] ^=
      static_cast<std::uint8_t>(1u << static_cast<unsigned>(rng_.below(8)));
  }
  if (faults_->tears_left > 0) {
    --faults_->tears_left;
    record.resize(1 + static_cast<std::size_t>(rng_.below(record.size())));
  }
  return record;
}

expected<void, store::store_errc> lab_journal::append(const std::vector<bytes>& records) {
  if (faults_->refuse)
    return unexpected(store::store_errc::io_failed);
  const auto harm = faults_->flips_left > 0 || faults_->tears_left > 0;
  std::vector<bytes> other;
  if (harm)
    for (const auto& record : records)
      other.push_back(harmed(record));
  const auto done = log_->append(harm ? other : records);
  if (done && stored_)
    for (const auto& record : records)
      stored_(record);
  return done;
}

} // namespace troupe::lab
