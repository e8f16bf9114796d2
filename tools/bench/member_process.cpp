// SPDX-License-Identifier: BSD-3-Clause
#include "tools/bench/member_process.hpp"

#include "tools/bench/brb_member.hpp"
#include "tools/bench/line_pipe.hpp"
#include "tools/bench/member_load.hpp"
#include "tools/bench/original_member.hpp"

#include <exception>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace troupe::bench {
namespace {

std::unique_ptr<group_member> make_member(runtime& on, const member_options& options) {
  if (options.algorithm == broadcast_algorithm::original)
    return std::make_unique<original_member>(on, options);
  return std::make_unique<brb_member>(on, options);
}

multiaddr address_in(std::istringstream& words) {
  std::string one;
  words >> one;
  const auto parsed = multiaddr::parse(one);
  if (!parsed || !parsed->peer())
    throw std::runtime_error{"no address of a member: " + one};
  return *parsed;
}

class host {
public:
  // A member alone in its process has one thread, as there are as many processes.
  explicit host(const std::vector<member_options>& members) : runtime_(members.size() == 1 ? 1 : 0) {
    for (const auto& one : members)
      members_.push_back(make_member(runtime_, one));
  }

  std::string addresses() const {
    std::string all;
    for (const auto& one : members_)
      all += (all.empty() ? "" : " ") + one->address().text();
    return all;
  }

  /// Nothing: it was told to stop.
  std::optional<std::string> answer(const std::string& line) {
    std::istringstream words{line};
    std::string verb;
    words >> verb;
    if (verb == "addresses")
      return meet(words);
    if (verb == "address")
      return members_.front()->address().text();
    if (verb == "load") {
      double rate = 0;
      double measured_s = 0;
      words >> rate >> measured_s;
      return text_of(measure(members_, rate, measured_s));
    }
    if (verb == "fill") {
      std::uint64_t count = 0;
      words >> count;
      return text_of(fill(members_, count));
    }
    return answer_first(verb, words);
  }

private:
  std::string meet(std::istringstream& words) {
    std::vector<multiaddr> everybody;
    while (words >> std::ws && !words.eof())
      everybody.push_back(address_in(words));
    // Side by side: each waits until it has met all.
    std::vector<std::exception_ptr> failures(members_.size());
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < members_.size(); ++i)
      threads.emplace_back([&, i] {
        try {
          members_[i]->meet(everybody);
        } catch (...) {
          failures[i] = std::current_exception();
        }
      });
    for (auto& one : threads)
      one.join();
    for (const auto& one : failures)
      if (one)
        std::rethrow_exception(one);
    return "ready";
  }

  std::optional<std::string> answer_first(const std::string& verb, std::istringstream& words) {
    auto* first = dynamic_cast<brb_member*>(members_.front().get());
    if (first == nullptr)
      return std::nullopt;
    if (verb == "read")
      return first->read();
    if (verb == "reach") {
      words.get();
      std::string value;
      std::getline(words, value);
      return first->reach(value) ? "reached" : "not reached";
    }
    if (verb == "connect") {
      first->connect(address_in(words));
      return "connected";
    }
    if (verb == "propose") {
      first->propose(*address_in(words).peer());
      return "proposed";
    }
    return std::nullopt;
  }

  runtime runtime_;
  members_here members_;
};

} // namespace

void serve_members(const std::vector<member_options>& members, int in, int out) {
  line_pipe lines{in, out};
  host all{members};
  lines.write(all.addresses());
  while (const auto line = lines.read()) {
    const auto said = all.answer(*line);
    if (!said)
      return;
    lines.write(*said);
  }
}

} // namespace troupe::bench
