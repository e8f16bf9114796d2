// SPDX-License-Identifier: BSD-3-Clause
#include "transport/address/resolver.hpp"

#include "transport/address/txt_answer.hpp"

#include <arpa/nameser.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <thread>

namespace troupe::transport {
namespace {

constexpr std::size_t hosts_max = 32;              // of one name
constexpr std::size_t answer_size_max = 64 * 1024; // the most a DNS message over TCP can have
constexpr int question_seconds = 2;
constexpr int question_attempts = 2;

std::vector<bytes> ask_hosts(const std::string& name, name_family family) {
  addrinfo hints{};
  hints.ai_family = family == name_family::v4 ? AF_INET : AF_INET6;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* raw = nullptr;
  if (getaddrinfo(name.c_str(), nullptr, &hints, &raw) != 0)
    return {};
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> list{raw, freeaddrinfo};
  std::vector<bytes> found;
  for (const auto* at = list.get(); at && found.size() < hosts_max; at = at->ai_next) {
    if (at->ai_family == AF_INET) {
      sockaddr_in v4{};
      std::memcpy(&v4, at->ai_addr, sizeof v4);
      const auto* host = reinterpret_cast<const std::uint8_t*>(&v4.sin_addr);
      found.emplace_back(host, host + 4);
    } else if (at->ai_family == AF_INET6) {
      sockaddr_in6 v6{};
      std::memcpy(&v6, at->ai_addr, sizeof v6);
      const auto* host = reinterpret_cast<const std::uint8_t*>(&v6.sin6_addr);
      found.emplace_back(host, host + 16);
    }
  }
  return found;
}

std::vector<std::string> ask_texts(const std::string& name) {
  struct __res_state state {};
  if (res_ninit(&state) != 0)
    return {};
  state.retrans = question_seconds;
  state.retry = question_attempts;
  bytes answer(answer_size_max);
  const int size =
    res_nquery(&state, name.c_str(), ns_c_in, ns_t_txt, answer.data(), static_cast<int>(answer.size()));
  res_nclose(&state);
  if (size <= 0)
    return {};
  // For an answer that did not fit, the size is that of the whole one.
  answer.resize(std::min(static_cast<std::size_t>(size), answer.size()));
  return txt_records(answer).value_or(std::vector<std::string>{});
}

} // namespace

name_service system_names() {
  return {ask_hosts, ask_texts};
}

bool needs_resolving(const std::vector<multiaddr>& addresses) {
  return std::any_of(addresses.begin(), addresses.end(), [](const multiaddr& address) {
    if (!address.known())
      return false;
    const auto parts = address.components();
    return std::any_of(parts.begin(), parts.end(), [](const auto& part) {
      return part.code >= multiaddr_code::dns && part.code <= multiaddr_code::dnsaddr;
    });
  });
}

/// Owned by the resolver and its worker: a worker that hangs in the C library must not keep a stopping node
/// waiting.
struct resolver::shared {
  struct job {
    std::vector<multiaddr> addresses;
    std::function<void(std::vector<multiaddr>)> done;
  };

  name_service names;
  resolution_limits limits;
  std::mutex mutex; ///< guards what follows
  std::condition_variable changed;
  std::deque<job> jobs;
  bool started = false;
  bool stopped = false;

  void work() {
    std::unique_lock lock{mutex};
    while (true) {
      changed.wait(lock, [this] { return stopped || !jobs.empty(); });
      if (stopped)
        return;
      auto next = std::move(jobs.front());
      jobs.pop_front();
      lock.unlock();
      auto result = resolve(next.addresses, names, limits);
      lock.lock();
      // Under the lock, so that none is called once the destructor has returned.
      if (!stopped)
        next.done(std::move(result));
    }
  }
};

resolver::resolver(name_service names, resolution_limits limits) : shared_(std::make_shared<shared>()) {
  shared_->names = std::move(names);
  shared_->limits = limits;
}

resolver::~resolver() {
  const std::lock_guard lock{shared_->mutex};
  shared_->stopped = true;
  shared_->jobs.clear();
  shared_->changed.notify_all();
}

bool resolver::start(std::vector<multiaddr> addresses, std::function<void(std::vector<multiaddr>)> done) {
  const std::lock_guard lock{shared_->mutex};
  if (shared_->jobs.size() >= queue_max)
    return false;
  shared_->jobs.push_back({std::move(addresses), std::move(done)});
  if (!std::exchange(shared_->started, true))
    std::thread{[owned = shared_] { owned->work(); }}.detach();
  shared_->changed.notify_one();
  return true;
}

} // namespace troupe::transport
