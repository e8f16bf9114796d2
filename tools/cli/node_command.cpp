// SPDX-License-Identifier: BSD-3-Clause
// `troupe node`: starts a node and feeds it lines until the input ends or a signal comes.
#include "tools/cli/commands.hpp"

#include "node/admin/admin_routes.hpp"
#include "node/config/check_config.hpp"
#include "node/console/console.hpp"
#include "node/node.hpp"
#include "node/repl/line_source.hpp"
#include "node/repl/repl_session.hpp"

#include <fmt/format.h>

#include <unistd.h>

namespace troupe::cli {
namespace {

using http_server = transport::http_server;

expected<std::unique_ptr<http_server>, explained> serve_api(node& on, const node_config& config) {
  if (config.api.empty())
    return nullptr;
  const auto at = parse_host_port(config.api);
  admin_sources sources;
  sources.ready = [&on] { return on.ready(); };
  sources.metrics = [&on](auto answer) { on.metrics(std::move(answer)); };
  sources.peers = [&on](auto answer) { on.peers(std::move(answer)); };
  return http_server::listen(at->host, at->port, admin_routes(std::move(sources), config.api_token));
}

/// The exit code: 1 if any line failed.
int read_commands(node& on, console& out, const repl::stop_signal& stop) {
  const bool terminal = ::isatty(STDIN_FILENO) == 1;
  const auto lines =
    terminal ? repl::edited_lines(stop, repl::command_names()) : repl::piped_lines(STDIN_FILENO, stop);
  repl::session session{on, out, [&stop] { return stop.raised(); }};
  for (;;) {
    if (terminal)
      out.flush(); // the prompt goes to the terminal directly
    const auto line = lines->next();
    if (!line || session.run(*line) == repl::session::after::quit)
      break;
  }
  return session.failed() > 0 && !terminal ? exit_failed : exit_ok;
}

} // namespace

int run_node(const config_options& options) {
  auto sources = options.sources;
  sources.variables = environment_variables();
  const auto loaded = load_config(sources);
  if (!loaded) {
    for (const auto& problem : loaded.error())
      complain(problem.text);
    return exit_usage;
  }
  const auto& config = loaded->config;
  const repl::stop_signal stop;
  const auto out = std::make_shared<console>(parse_log_level(config.log));
  runtime shared;
  const auto announce = [&](const std::vector<multiaddr>& addresses) {
    for (const auto& address : addresses)
      out->say(fmt::format("[P2P] listening on {}", address.text()));
    if (config.data.empty())
      out->say("[P2P] no --data directory: a fresh key, and nothing is stored");
  };
  auto started = node::start(shared, {config, out, announce});
  if (!started) {
    complain(started.error().text);
    return exit_failed;
  }
  auto& running = **started;
  const auto api = serve_api(running, config);
  if (!api) {
    complain(api.error().text);
    return exit_failed;
  }
  int code = exit_ok;
  if (config.repl)
    code = read_commands(running, *out, stop);
  else
    stop.wait();
  running.stop();
  out->flush();
  return code;
}

} // namespace troupe::cli
