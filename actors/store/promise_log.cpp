// SPDX-License-Identifier: BSD-3-Clause
#include "actors/store/promise_log.hpp"

#include "actors/store/segment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace troupe::store {
namespace {

constexpr auto advice = "the node would contradict what it has promised (keep the directory as it is and "
                        "start with a new one, which "
                        "has a new key: the group sees a new actor)";

unexpected<explained> refused(std::string why) {
  return unexpected(explained{std::move(why)});
}

unexpected<explained> unreadable(const std::string& what, store_errc why) {
  return refused(fmt::format("the promise log cannot be read: {}: {}", what, describe(why)));
}

// The segments' names, in order.
expected<std::vector<std::string>, explained> segments_of(storage& on) {
  auto names = on.list();
  if (!names)
    return unreadable("its folder promises/, which may be missing", names.error());
  std::erase_if(*names, [](const auto& name) { return !is_segment_name(name); });
  return *std::move(names);
}

// The whole of one segment of this log.
expected<bytes, explained> read_whole(storage& on, const std::string& name, const peer_id& identity) {
  auto data = on.read(name);
  if (!data)
    return unreadable(name, data.error());
  const auto header = decode_segment_header(*data);
  if (!header && header.error() == segment_errc::newer_version)
    return refused(fmt::format(
      "{} was written by a newer troupe; this one leaves it untouched (use the newer one)", name));
  if (!header)
    return refused(fmt::format("{} has a damaged header; {}", name, advice));
  if (header->identity != identity)
    return refused(
      fmt::format("{} holds the promises of {}, not of this node's key {} (use the key that belongs to them)",
                  name, short_name(header->identity), short_name(identity)));
  return *std::move(data);
}

struct segment_in_place {
  segment_header expected;
  bool last;
};

// Reads one segment, whose bytes are `data`, that must continue what came before.
expected<segment_content, explained> read_segment(storage& on, const std::string& name,
                                                  const segment_in_place& place, const bytes& data) {
  if (decode_segment_header(data) != place.expected)
    return refused(fmt::format("{} is not the segment that belongs there; {}", name, advice));
  auto content = read_records(data, place.expected);
  if (content.whole_size < place.expected.began_with && content.end != segment_content::ending::flipped)
    return refused(fmt::format("{} was cut behind byte {}, and began with {}; {}", name, content.whole_size,
                               place.expected.began_with, advice));
  if (content.end == segment_content::ending::flipped ||
      (content.end == segment_content::ending::torn && !place.last))
    return refused(fmt::format("{} is damaged behind byte {} (record {}); {}", name, content.whole_size,
                               place.expected.first_record + content.records.size(), advice));
  if (content.end == segment_content::ending::torn)
    if (const auto cut = on.truncate(name, content.whole_size); !cut)
      return refused(fmt::format("the torn end of {} cannot be cut off: {}", name, describe(cut.error())));
  return content;
}

struct log_start {
  std::size_t at = 0;             ///< index of the segment's name
  segment_header first;           ///< what it must say
  std::vector<std::string> stale; ///< to be deleted
};

// A compaction that could not be synced may still be there after a crash, with more records behind what it
// stands for. Whether it holds is told by the segment before it, which is deleted last.
expected<bool, explained> stands_for(storage& on, const std::string& before,
                                     const segment_header& compaction) {
  const auto data = read_whole(on, before, compaction.identity);
  if (!data)
    return unexpected(data.error());
  const auto header = *decode_segment_header(*data);
  const auto content = read_records(*data, header);
  const auto end = header.first_record + content.records.size();
  if (content.end == segment_content::ending::flipped || end < compaction.first_record)
    return refused(
      fmt::format("{} is damaged behind byte {} (record {}); {}", before, content.whole_size, end, advice));
  return end == compaction.first_record;
}

// The log begins with the last compaction that holds, or with segment 1.
expected<log_start, explained> find_start(storage& on, const std::vector<std::string>& names,
                                          const peer_id& identity) {
  for (auto i = names.size(); i-- > 0;) {
    const auto data = read_whole(on, names[i], identity);
    if (!data)
      return unexpected(data.error());
    const auto header = *decode_segment_header(*data);
    if (!header.compacted)
      continue;
    if (segment_name(header.number) != names[i])
      return refused(fmt::format("{} is not the segment that belongs there; {}", names[i], advice));
    if (i == 0 || names[i - 1] != segment_name(header.number - 1))
      return log_start{i, header, {names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i)}};
    const auto holds = stands_for(on, names[i - 1], header);
    if (!holds)
      return unexpected(holds.error());
    if (*holds)
      return log_start{i, header, {names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i)}};
    if (i + 1 != names.size())
      return refused(fmt::format("{} is not the segment that belongs there; {}", names[i], advice));
    auto before = find_start(on, {names.begin(), names.end() - 1}, identity);
    if (before)
      before->stale.push_back(names[i]);
    return before;
  }
  return log_start{0, {1, 0, identity}, {}};
}

} // namespace

promise_log::promise_log(std::shared_ptr<storage> on, const peer_id& identity, std::size_t segment_max)
  : storage_(std::move(on)), identity_(identity), segment_max_(segment_max) {}

expected<opened_promises, explained> promise_log::create(std::shared_ptr<storage> on, const peer_id& identity,
                                                         std::size_t segment_max) {
  const auto names = segments_of(*on);
  if (!names)
    return unexpected(names.error());
  if (!names->empty())
    return refused("there is a promise log already");
  std::shared_ptr<promise_log> log{new promise_log{std::move(on), identity, segment_max}};
  if (const auto started = log->start_segment(); !started)
    return refused(fmt::format("the promise log cannot be created: {}", describe(started.error())));
  return opened_promises{std::move(log), {}, 0};
}

expected<opened_promises, explained> promise_log::open(std::shared_ptr<storage> on, const peer_id& identity,
                                                       std::size_t segment_max) {
  auto names = segments_of(*on);
  if (!names)
    return unexpected(names.error());
  if (names->empty())
    return refused(fmt::format("the promise log is missing; {}", advice));
  const auto start = find_start(*on, *names, identity);
  if (!start)
    return unexpected(start.error());
  std::erase_if(*names, [&](const auto& name) { return std::ranges::count(start->stale, name) > 0; });
  opened_promises opened;
  opened.compacted = start->first.compacted;
  opened.log.reset(new promise_log{std::move(on), identity, segment_max});
  auto& log = *opened.log;
  auto expected_next = start->first;
  for (const auto& name : *names) {
    if (name != segment_name(expected_next.number))
      return refused(fmt::format("{} is missing; {}", segment_name(expected_next.number), advice));
    const auto data = read_whole(*log.storage_, name, expected_next.identity);
    if (!data)
      return unexpected(data.error());
    const auto content = read_segment(*log.storage_, name, {expected_next, &name == &names->back()}, *data);
    if (!content)
      return unexpected(content.error());
    log.segment_ = name;
    log.segment_number_ = expected_next.number;
    log.segment_size_ = content->whole_size;
    log.records_ = expected_next.first_record + content->records.size();
    expected_next = {log.segment_number_ + 1, log.records_, identity};
    opened.torn_bytes += content->torn_size;
    std::ranges::transform(content->records, std::back_inserter(opened.records), to_bytes);
  }
  log.first_segment_ = log.oldest_segment_ = start->first.number;
  for (const auto& name : start->stale)
    if (const auto gone = log.storage_->remove(name); !gone)
      return refused(
        fmt::format("{}, which is not needed, cannot be deleted: {}", name, describe(gone.error())));
  return opened;
}

expected<void, store_errc> promise_log::append(const std::vector<bytes>& records) {
  if (failed_)
    return unexpected(store_errc::log_failed);
  if (records.empty())
    return {};
  if (std::ranges::any_of(
        records, [](const auto& record) { return record.empty() || record.size() > record_size_max; }))
    return unexpected(store_errc::record_too_long);
  if (segment_size_ >= segment_max_)
    if (const auto started = start_segment(); !started)
      return started;
  bytes encoded;
  for (std::size_t i = 0; i < records.size(); ++i)
    append_record(encoded, records_ + i, records[i]);
  if (const auto written = storage_->append(segment_, encoded); !written)
    return undo(written.error());
  if (!storage_->sync(segment_)) {
    // The kernel may have dropped the pages and reported it once: what is on the disk is unknown from here
    // on.
    failed_ = true;
    return unexpected(store_errc::log_failed);
  }
  segment_size_ += encoded.size();
  records_ += records.size();
  return {};
}

expected<void, store_errc> promise_log::start_segment() {
  const auto number = segment_number_ + 1;
  const auto name = segment_name(number);
  const auto header = encode_segment_header({number, records_, identity_});
  if (const auto made = storage_->create(name, header); !made)
    return made;
  segment_ = name;
  segment_number_ = number;
  segment_size_ = header.size();
  return {};
}

expected<void, store_errc> promise_log::compact(const live_test& live) {
  if (failed_)
    return unexpected(store_errc::log_failed);
  std::size_t kept = 0;
  const auto content = alive(live, kept);
  if (!content)
    return unexpected(content.error());
  const auto number = segment_number_ + 1;
  const auto name = segment_name(number);
  if (const auto made = storage_->create(name, *content); !made)
    return made;
  segment_ = name;
  segment_number_ = number;
  segment_size_ = content->size();
  records_ += kept;
  remove_before(number);
  return {};
}

expected<bytes, store_errc> promise_log::alive(const live_test& live, std::size_t& kept) const {
  const segment_header begin{segment_number_ + 1, records_, identity_, true};
  bytes out = encode_segment_header(begin);
  // Segments that could not be deleted after the last compaction are not a part of the log.
  for (auto number = first_segment_; number <= segment_number_; ++number) {
    const auto data = storage_->read(segment_name(number));
    if (!data)
      return unexpected(data.error());
    const auto header = decode_segment_header(*data);
    if (!header)
      return unexpected(store_errc::record_damaged);
    const auto content = read_records(*data, *header);
    if (content.end != segment_content::ending::whole)
      return unexpected(store_errc::record_damaged);
    for (const auto& record : content.records) {
      if (!live(record))
        continue;
      append_record(out, records_ + kept++, record);
      if (out.size() > compacted_size_max)
        return unexpected(store_errc::record_too_long);
    }
  }
  auto header = begin;
  header.began_with = static_cast<std::uint32_t>(out.size());
  std::ranges::copy(encode_segment_header(header), out.begin());
  return out;
}

// The oldest first, and no further after an error: the segment right before the compaction tells an open
// after a crash that it holds.
void promise_log::remove_before(std::uint32_t number) {
  first_segment_ = number;
  while (oldest_segment_ < number) {
    if (!storage_->remove(segment_name(oldest_segment_)))
      return;
    ++oldest_segment_;
  }
}

expected<void, store_errc> promise_log::undo(store_errc why) {
  if (!storage_->truncate(segment_, segment_size_)) {
    failed_ = true;
    return unexpected(store_errc::log_failed);
  }
  return unexpected(why);
}

} // namespace troupe::store
