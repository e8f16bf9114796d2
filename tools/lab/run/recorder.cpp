// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/run/recorder.hpp"

#include "messages/types/frame.hpp"
#include "tools/lab/cluster/lane_tap.hpp"

#include <algorithm>
#include <cstring>

namespace troupe::lab {
namespace {

template <class Window, class Record>
void keep(Window& window, Record record, std::size_t most) {
  window.push_back(std::move(record));
  if (window.size() > most)
    window.pop_front();
}

std::uint64_t first_word(const digest& what) {
  std::uint64_t word = 0;
  std::memcpy(&word, what.data(), sizeof word);
  return word;
}

struct to_number {
  std::uint64_t operator()(const locked& one) const { return 1 + first_word(one.what); }
  std::uint64_t operator()(const echoed& one) const { return 2 + first_word(one.what); }
  std::uint64_t operator()(const delivered& one) const { return 3 + first_word(one.what); }
  std::uint64_t operator()(const covered& one) const { return 10 + one.up_to.sequence; }
  std::uint64_t operator()(const voted& one) const { return 9 + first_word(one.vote); }
  std::uint64_t operator()(const decided& one) const { return 4 + first_word(one.changes); }
  std::uint64_t operator()(const injected& one) const { return 5 + one.what.size(); }
  std::uint64_t operator()(const misfortune& one) const { return 6 + one.what.size(); }
  std::uint64_t operator()(const started&) const { return 7; }
  std::uint64_t operator()(const stopped&) const { return 8; }
};

struct to_text {
  std::string operator()(const locked& one) const { return "locks " + text(one.where); }
  std::string operator()(const echoed&) const { return {}; }
  std::string operator()(const delivered& one) const {
    std::string what;
    for (const auto& command : one.commands)
      what += (what.empty() ? " " : ", ") + command;
    return "delivers " + text(one.where) + what;
  }
  std::string operator()(const covered& one) const { return "forgets up to " + text(one.up_to); }
  std::string operator()(const voted&) const { return "votes"; }
  std::string operator()(const decided& one) const {
    return "decides generation " + std::to_string(one.generation);
  }
  std::string operator()(const injected& one) const { return one.what; }
  std::string operator()(const misfortune& one) const { return one.what; }
  std::string operator()(const started&) const { return "starts"; }
  std::string operator()(const stopped&) const { return "is down"; }
};

} // namespace

recorder::recorder(options with) : with_(std::move(with)) {
  for (const auto& each : with_.checks)
    if (each->hears_frames())
      hear_frames_.push_back(each.get());
}

void recorder::saw(const observation& what) {
  if (with_.fold)
    with_.fold(std::visit(to_number{}, what.what) * 1024 + what.node);
  if (with_.trace)
    trace(what);
  if (keeps_on())
    if (auto line = std::visit(to_text{}, what.what); !line.empty())
      keep(event_window_, event_record{what.node, what.at, std::move(line)}, events_kept);
  if (with_.liars.contains(what.node))
    return;
  for (const auto& each : with_.checks)
    each->saw(what);
  note_violation();
}

void recorder::passed(const frame_seen& what) {
  if (!what.lost) {
    ++messages_;
    bytes_ += what.bytes;
  }
  if (!hear_frames_.empty() && !what.lost && !with_.liars.contains(what.from)) {
    for (auto* each : hear_frames_)
      each->heard(what);
    note_violation();
  }
  if (!keeps_on())
    return;
  const auto sent = sent_.find({what.from, what.to});
  const auto left = sent == sent_.end() ? what.sent : sent->second;
  keep(message_window_,
       message_record{what.from, what.to, std::string{what.name}, left, what.received, what.lost},
       messages_kept);
  if (violated_)
    --after_left_;
}

void recorder::trace(const observation& what) {
  trace_record line;
  line.at_ns = static_cast<std::uint64_t>(what.at.count());
  line.from = static_cast<std::uint16_t>(what.node);
  line.kind = std::holds_alternative<started>(what.what)   ? trace_kind::started
              : std::holds_alternative<stopped>(what.what) ? trace_kind::stopped
                                                           : trace_kind::note;
  line.bytes_hash = std::visit(to_number{}, what.what);
  with_.trace->add(line);
}

void recorder::traced(const transport::trace_record& record, byte_view data) {
  if (!keeps_on() && !with_.trace)
    return;
  const auto from = with_.nodes->find(record.from);
  const auto to = with_.nodes->find(record.to);
  if (!from || !to)
    return;
  if (with_.trace)
    with_.trace->add({static_cast<std::uint64_t>(record.at.time_since_epoch().count()),
                      static_cast<std::uint16_t>(*from), static_cast<std::uint16_t>(*to),
                      record.what == transport::trace_kind::dropped ? trace_kind::lost : trace_kind::received,
                      0, static_cast<std::uint32_t>(record.size), record.bytes_hash});
  if (record.what == transport::trace_kind::delivered) {
    sent_.insert_or_assign({*from, *to}, record.sent.time_since_epoch());
    return;
  }
  frame_header header{};
  if (record.what != transport::trace_kind::dropped || data.size() < sizeof header)
    return;
  std::memcpy(&header, data.data(), sizeof header);
  const auto at = record.at.time_since_epoch();
  passed({*from, *to, frame_name(header.type), header.length, at, at, true});
}

void recorder::look(const cluster& nodes, duration at) {
  for (const auto& each : with_.checks)
    each->look(nodes, at);
  note_violation();
}

void recorder::judge(const final_state& end, duration at) {
  for (const auto& each : with_.checks)
    each->judge(end, at);
  note_violation();
}

void recorder::note_violation() {
  if (!violated_)
    violated_ =
      std::any_of(with_.checks.begin(), with_.checks.end(), [](const auto& each) { return !each->passed(); });
}

void recorder::fill(run_record& to) const {
  to.messages = messages_;
  to.bytes = bytes_;
  to.message_window.assign(message_window_.begin(), message_window_.end());
  to.event_window.assign(event_window_.begin(), event_window_.end());
  for (const auto& each : with_.checks)
    to.checks.push_back(each->result());
}

} // namespace troupe::lab
