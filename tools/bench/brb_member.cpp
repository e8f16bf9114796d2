// SPDX-License-Identifier: BSD-3-Clause
#include "tools/bench/brb_member.hpp"

#include "messages/codec/register_codec.hpp"
#include "node/node.hpp"
#include "tools/bench/bench_listener.hpp"
#include "tools/bench/line_pipe.hpp"

#include <boost/json.hpp>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <sstream>
#include <thread>

namespace troupe::bench {
namespace {

namespace json = boost::json;
using clock = std::chrono::steady_clock;
using std::chrono::seconds;

constexpr duration step_limit = seconds{20};
constexpr duration catch_up_limit = seconds{60};
constexpr clock::duration warm_up = seconds{1};
constexpr clock::duration look_again = std::chrono::milliseconds{50};
constexpr std::size_t commands_of_a_request = 64;
constexpr std::size_t latencies_max = 100'000;

clock::duration of_seconds(double count) {
  return std::chrono::duration_cast<clock::duration>(std::chrono::duration<double>(count));
}

double since(clock::time_point begun) {
  return std::chrono::duration<double>(clock::now() - begun).count();
}

/// Own commands until told to end, and what became of them. Answers come on threads of the runtime.
class load {
public:
  load(node& on, const brb_member_options& options) : on_(on), options_(options) {}
  ~load() { end(); }

  /// As many as go: there are always enough on their way to fill the window and the batch after it.
  void flood() {
    const auto request = std::min<std::size_t>(options_.batch, commands_of_a_request);
    const auto requests = ((brb::pipeline_max + 2) * options_.batch + request - 1) / request;
    for (std::size_t i = 0; i < requests; ++i)
      ask_and_again(request);
  }
  /// `rate` per second, evenly.
  void pace(double rate) {
    pacer_ = std::thread{[this, rate] {
      const auto begun = clock::now();
      for (double i = 1; passed_until(begun + of_seconds(i / rate)); ++i)
        ask(1, nullptr);
    }};
  }
  void measure() { measuring_ = true; }
  /// Lets the load run for so long.
  void run(clock::duration span) { static_cast<void>(passed_until(clock::now() + span)); }
  /// Waits until every command has its answer.
  void end() {
    ended_ = true;
    changed_.notify_all();
    if (pacer_.joinable())
      pacer_.join();
    std::unique_lock hold{guard_};
    changed_.wait_for(hold, step_limit, [this] { return open_ == 0; });
  }

  std::uint64_t failed() const { return failed_; }
  std::vector<double> latencies() const {
    const std::scoped_lock hold{guard_};
    return latencies_;
  }

private:
  /// False if it has ended before.
  bool passed_until(clock::time_point at) {
    std::unique_lock hold{guard_};
    return !changed_.wait_until(hold, at, [this] { return ended_.load(); });
  }

  void ask_and_again(std::size_t count) {
    ask(count, [this, count] {
      if (!ended_)
        ask_and_again(count);
    });
  }

  void ask(std::size_t count, std::function<void()> then) {
    ++open_;
    const command one{"set", {std::string(options_.op_bytes - last_value::overhead, 'x')}};
    on_.execute_all(
      std::vector<command>(count, one),
      [this, begun = clock::now(), then = std::move(then)](const std::vector<std::string>& errors) {
        took(since(begun) * 1e3, errors);
        if (then)
          then();
        if (--open_ == 0)
          changed_.notify_all();
      },
      brb::answer_when::delivered);
  }

  void took(double ms, const std::vector<std::string>& errors) {
    for (const auto& error : errors)
      failed_ += error.empty() ? 0u : 1u;
    const std::scoped_lock hold{guard_};
    if (measuring_ && latencies_.size() < latencies_max)
      latencies_.push_back(ms);
  }

  node& on_;
  brb_member_options options_;
  std::thread pacer_;
  std::atomic<bool> ended_{false};
  std::atomic<bool> measuring_{false};
  std::atomic<std::size_t> open_{0};
  std::atomic<std::uint64_t> failed_{0};
  mutable std::mutex guard_;
  std::condition_variable changed_; ///< it has ended, or every command has its answer
  std::vector<double> latencies_;
};

class member {
public:
  explicit member(const brb_member_options& options) : options_(options) {
    node::options with;
    with.config.data = options.data;
    with.config.type = "register";
    with.config.repl = false;
    with.config.batch_operations = options.batch;
    auto started = node::start(runtime_, std::move(with));
    if (!started)
      throw std::runtime_error{started.error().text};
    node_ = std::move(*started);
  }

  std::string address() const { return node_->listen_addresses().front().text(); }

  /// The group is everybody, by everybody's own decision.
  void meet(const std::vector<multiaddr>& everybody) {
    for (const auto& one : everybody) {
      const auto who = *one.peer();
      if (who < node_->self())
        check(ask<node::outcome>([&](auto done) { node_->connect(one, done); }));
      check(ask<node::outcome>([&](auto done) { node_->trust(who, done); }));
    }
    const bool met = node_->wait_until(
      [&] {
        const auto known = ask<std::vector<peer_status>>([&](auto done) { node_->peers(done); });
        return std::count_if(known.begin(), known.end(), [](const auto& p) { return p.session; }) + 1 >=
               static_cast<std::ptrdiff_t>(options_.members);
      },
      step_limit);
    if (!met)
      throw std::runtime_error{"the members do not find one another"};
  }

  /// Full load until so many operations are delivered here in this life of the process.
  brb_figures fill(std::uint64_t count) {
    load some{*node_, options_};
    some.flood();
    while (delivered() < count && some.failed() == 0)
      some.run(look_again);
    some.end();
    brb_figures all;
    all.delivered = delivered();
    all.failed = some.failed();
    all.rss_mb = static_cast<double>(resident_bytes()) / (1u << 20);
    return all;
  }

  std::string read() {
    const auto value = ask<expected<std::string, explained>>([&](auto done) { node_->ask_type({}, done); });
    return value ? *value : value.error().text;
  }

  bool reach(const std::string& value) {
    return node_->wait_until([&] { return read() == value; }, catch_up_limit);
  }

  /// The joiner's side, then the side of the member that proposes it.
  void connect(const multiaddr& to) {
    check(ask<node::outcome>([&](auto done) { node_->connect(to, done); }));
    check(ask<node::outcome>([&](auto done) { node_->trust(*to.peer(), done); }));
  }
  void propose(const peer_id& joiner) {
    check(ask<node::outcome>([&](auto done) { node_->join(joiner, done); }));
  }

  brb_figures measure(double rate, double measured_s) {
    load some{*node_, options_};
    if (rate > 0)
      some.pace(rate);
    else
      some.flood();
    some.run(warm_up);
    some.measure();
    brb_figures all;
    const auto before = delivered();
    const auto begun = clock::now();
    some.run(of_seconds(measured_s));
    all.delivered = delivered() - before;
    all.seconds = since(begun);
    some.end();
    all.failed = some.failed();
    all.latencies_ms = some.latencies();
    all.rss_mb = static_cast<double>(resident_bytes()) / (1u << 20);
    return all;
  }

private:
  static void check(const node::outcome& done) {
    if (!done)
      throw std::runtime_error{done.error().text};
  }
  std::uint64_t delivered() {
    for (const auto& one : ask<std::vector<metric>>([&](auto done) { node_->metrics(done); }))
      if (one.name == "troupe_operations_delivered_total")
        return static_cast<std::uint64_t>(one.value);
    return 0;
  }

  brb_member_options options_;
  runtime runtime_{1};
  std::unique_ptr<node> node_;
};

std::string text_of(const brb_figures& all) {
  return json::serialize(json::object{{"seconds", all.seconds},
                                      {"delivered", all.delivered},
                                      {"failed", all.failed},
                                      {"rss_mb", all.rss_mb},
                                      {"latencies_ms", json::value_from(all.latencies_ms)}});
}

} // namespace

void serve_brb_member(const brb_member_options& options, int in, int out) {
  line_pipe lines{in, out};
  member self{options};
  lines.write(self.address());
  while (const auto line = lines.read()) {
    std::istringstream words{*line};
    std::string verb;
    words >> verb;
    if (verb == "addresses") {
      std::vector<multiaddr> everybody;
      for (std::string one; words >> one;)
        everybody.push_back(*multiaddr::parse(one));
      self.meet(everybody);
      lines.write("ready");
    } else if (verb == "load") {
      double rate = 0;
      double measured_s = 0;
      words >> rate >> measured_s;
      lines.write(text_of(self.measure(rate, measured_s)));
    } else if (verb == "fill") {
      std::uint64_t count = 0;
      words >> count;
      lines.write(text_of(self.fill(count)));
    } else if (verb == "address") {
      lines.write(self.address());
    } else if (verb == "read") {
      lines.write(self.read());
    } else if (verb == "reach") {
      words.get();
      std::string value;
      std::getline(words, value);
      lines.write(self.reach(value) ? "reached" : "not reached");
    } else if (verb == "connect") {
      std::string to;
      words >> to;
      self.connect(*multiaddr::parse(to));
      lines.write("connected");
    } else if (verb == "propose") {
      std::string joiner;
      words >> joiner;
      self.propose(*multiaddr::parse(joiner)->peer());
      lines.write("proposed");
    } else {
      return;
    }
  }
}

} // namespace troupe::bench
