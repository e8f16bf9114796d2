// SPDX-License-Identifier: BSD-3-Clause
#include "actors/store/promise_log.hpp"

#include "actors/store/segment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace troupe::store {
namespace {

constexpr auto advice =
  "the node would contradict what it has promised (keep the directory as it is and start with a new one, which "
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
    return unreadable("its folder", names.error());
  std::erase_if(*names, [](const auto& name) { return !is_segment_name(name); });
  return *std::move(names);
}

struct segment_in_place {
  segment_header expected;
  bool last;
};

// Reads one segment that must continue what came before.
expected<segment_content, explained> read_segment(storage& on, const std::string& name,
                                                  const segment_in_place& place) {
  const auto data = on.read(name);
  if (!data)
    return unreadable(name, data.error());
  const auto header = decode_segment_header(*data);
  if (!header && header.error() == segment_errc::newer_version)
    return refused(fmt::format(
      "{} was written by a newer troupe; this one leaves it untouched (use the newer one)", name));
  if (!header)
    return refused(fmt::format("{} has a damaged header; {}", name, advice));
  if (header->identity != place.expected.identity)
    return refused(
      fmt::format("{} holds the promises of {}, not of this node's key {} (use the key that belongs to them)",
                  name, short_name(header->identity), short_name(place.expected.identity)));
  if (*header != place.expected)
    return refused(fmt::format("{} is not the segment that belongs there; {}", name, advice));
  auto content = read_records(*data, *header);
  if (content.end == segment_content::ending::flipped ||
      (content.end == segment_content::ending::torn && !place.last))
    return refused(fmt::format("{} is damaged behind byte {} (record {}); {}", name, content.whole_size,
                               header->first_record + content.records.size(), advice));
  if (content.end == segment_content::ending::torn)
    if (const auto cut = on.truncate(name, content.whole_size); !cut)
      return refused(fmt::format("the torn end of {} cannot be cut off: {}", name, describe(cut.error())));
  return content;
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
  const auto names = segments_of(*on);
  if (!names)
    return unexpected(names.error());
  if (names->empty())
    return refused(fmt::format("the promise log is missing; {}", advice));
  opened_promises opened;
  opened.log.reset(new promise_log{std::move(on), identity, segment_max});
  auto& log = *opened.log;
  for (const auto& name : *names) {
    const segment_in_place place{{log.segment_number_ + 1, log.records_, identity}, &name == &names->back()};
    if (name != segment_name(place.expected.number))
      return refused(fmt::format("{} is missing; {}", segment_name(place.expected.number), advice));
    auto content = read_segment(*log.storage_, name, place);
    if (!content)
      return unexpected(content.error());
    log.segment_ = name;
    log.segment_number_ = place.expected.number;
    log.segment_size_ = content->whole_size;
    log.records_ += content->records.size();
    opened.torn_bytes += content->torn_size;
    std::ranges::move(content->records, std::back_inserter(opened.records));
  }
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

expected<void, store_errc> promise_log::undo(store_errc why) {
  if (!storage_->truncate(segment_, segment_size_)) {
    failed_ = true;
    return unexpected(store_errc::log_failed);
  }
  return unexpected(why);
}

} // namespace troupe::store
