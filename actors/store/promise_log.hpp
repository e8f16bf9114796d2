// SPDX-License-Identifier: BSD-3-Clause
// The promise log: what this node bound itself to (own sequence numbers, locks, trust, votes), in order, each
// record synced before the message that depends on it leaves. Append-only segments with a CRC32C per record;
// docs/protocols/promise-log.md has the byte table. A compaction replaces all segments by one with what is
// still alive. A torn tail is cut at open; any other damage makes open fail, and the node must not promise.
// Owned by the store actor; one thread at a time. Source: design 8.
#pragma once

#include "actors/store/storage.hpp"
#include "messages/types/peer_id.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace troupe::store {

constexpr std::size_t record_size_max = 1u << 20; ///< bytes of one record, at least 1
constexpr std::size_t segment_size_max = 16u
                                         << 20; ///< a segment that has reached this is followed by a new one
constexpr std::size_t compacted_size_max = 128u << 20; ///< bytes; more than that alive is not compacted

/// Whether a record must outlive a compaction.
using live_test = std::function<bool(byte_view record)>;

/// Where the store puts promises: a promise_log, or what stands before one.
class promise_journal {
public:
  virtual ~promise_journal() = default;

  /// Writes all of them, each of 1..record_size_max bytes, and syncs. After an error none of them may be
  /// depended on, and none is replayed unless the error is log_failed, when nobody knows.
  virtual expected<void, store_errc> append(const std::vector<bytes>& records) = 0;

  /// Keeps of all records only those for which `live` is true, in their order. After an error the log is as
  /// it was, and a crash at any moment leaves either all records or those kept.
  virtual expected<void, store_errc> compact(const live_test& live) = 0;

  virtual std::uint64_t records() const = 0; ///< synced ones, over the log's whole life
  virtual bool failed() const = 0;           ///< nothing can be written any more
};

class promise_log;

struct opened_promises {
  std::shared_ptr<promise_log> log;
  std::vector<bytes> records; ///< all of them, oldest first
  std::size_t torn_bytes = 0; ///< cut from the end: what a crash left of records nobody depended on
  bool compacted = false;     ///< records of before were left out as something else holds them
};

class promise_log final : public promise_journal {
public:
  /// Starts an empty log for `identity`. Fails if the storage holds one already.
  static expected<opened_promises, explained> create(std::shared_ptr<storage> on, const peer_id& identity,
                                                     std::size_t segment_max = segment_size_max);
  /// Opens and replays. Fails, changing nothing, if there is no log, it is another identity's, newer, or
  /// damaged.
  static expected<opened_promises, explained> open(std::shared_ptr<storage> on, const peer_id& identity,
                                                   std::size_t segment_max = segment_size_max);

  expected<void, store_errc> append(const std::vector<bytes>& records) override;
  expected<void, store_errc> compact(const live_test& live) override;
  std::uint64_t records() const override { return records_; }
  bool failed() const override { return failed_; }

private:
  promise_log(std::shared_ptr<storage> on, const peer_id& identity, std::size_t segment_max);
  expected<void, store_errc> start_segment();
  expected<void, store_errc> undo(store_errc why);
  expected<bytes, store_errc> alive(const live_test& live, std::size_t& kept) const;
  void remove_before(std::uint32_t number);

  std::shared_ptr<storage> storage_;
  peer_id identity_;
  std::size_t segment_max_;
  std::string segment_; // name of the one appended to
  std::uint32_t segment_number_ = 0;
  std::uint32_t first_segment_ = 1;  // the log begins with it
  std::uint32_t oldest_segment_ = 1; // that may still be there
  std::size_t segment_size_ = 0;     // bytes known to be whole
  std::uint64_t records_ = 0;
  bool failed_ = false;
};

} // namespace troupe::store
