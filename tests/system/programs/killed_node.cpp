// SPDX-License-Identifier: BSD-3-Clause
// `troupe node`, but it kills itself with SIGKILL the moment it is about to write a line that holds a given
// text: a process that dies at an exact step, without any hook in the node. Usage: killed_node TEXT DATA_DIR
// [LISTEN]; commands come on standard input.
#include "node/console/console.hpp"
#include "node/node.hpp"
#include "node/repl/line_source.hpp"
#include "node/repl/repl_session.hpp"

#include <csignal>
#include <iostream>

#include <unistd.h>

namespace {

using namespace troupe;

class deadly_sink final : public log_sink {
public:
  deadly_sink(std::string trigger, std::shared_ptr<console> out)
    : trigger_(std::move(trigger)), out_(std::move(out)) {}
  bool wants(log_level) const override { return true; }
  void write(log_level level, std::string_view actor, time_point at, std::string_view line) override {
    if (line.find(trigger_) != std::string_view::npos)
      ::kill(::getpid(), SIGKILL);
    out_->write(level, actor, at, line);
  }

private:
  std::string trigger_;
  std::shared_ptr<console> out_;
};

} // namespace

int main(int argc, char** argv) {
  if (argc < 3)
    return 2;
  const repl::stop_signal stop;
  const auto out = std::make_shared<console>(log_level::info);
  runtime shared{1};
  node_config config;
  config.data = argv[2];
  config.anti_entropy = "manual";
  if (argc > 3)
    config.listen = {argv[3]};
  auto started =
    node::start(shared, {config, std::make_shared<deadly_sink>(argv[1], out), [&](const auto& addresses) {
                           for (const auto& address : addresses)
                             out->say("[P2P] listening on " + address.text());
                         }});
  if (!started) {
    std::cerr << "troupe: " << started.error().text << '\n';
    return 1;
  }
  repl::session session{**started, *out, [&stop] { return stop.raised(); }};
  const auto lines = repl::piped_lines(STDIN_FILENO, stop);
  while (const auto line = lines->next())
    if (session.run(*line) == repl::session::after::quit)
      break;
  (*started)->stop();
  out->flush();
  return 0;
}
