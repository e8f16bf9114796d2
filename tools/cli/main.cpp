// SPDX-License-Identifier: BSD-3-Clause
// The `troupe` command line: names, flags and help texts. Everything they do is in the files that
// commands.hpp declares.
#include "tools/cli/commands.hpp"
#include "tools/cli/lab_flags.hpp"
#include "tools/conform/conform.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iostream>
#include <memory>

namespace troupe::cli {

namespace {

using action = std::function<int()>;

/// An unset variable of a shell must not mean "store nothing".
std::string refuse_empty(const std::string& value) {
  return value.empty() ? "needs a value (leave the flag out for the default)" : std::string{};
}

/// The flags of a node's settings; each lands in `to` under its key if it was given.
void add_node_flags(CLI::App& command, const std::shared_ptr<config_options>& to) {
  const auto text = [&](const char* flag, const char* key, const char* type, const char* help) {
    command
      .add_option_function<std::string>(
        flag, [to, key](const std::string& value) { to->sources.flags.emplace_back(key, value); }, help)
      ->type_name(type)
      ->check(refuse_empty);
  };
  const auto list = [&](const char* flag, const char* key, const char* type, const char* help) {
    command
      .add_option_function<std::vector<std::string>>(
        flag,
        [to, key](const std::vector<std::string>& values) { to->sources.flags.emplace_back(key, values); },
        help)
      ->type_name(type)
      ->allow_extra_args(false);
  };
  list("--listen", "node.listen", "MULTIADDR",
       "address to listen on, e.g. /ip4/127.0.0.1/tcp/0; may be repeated");
  text("--data", "node.data", "DIR", "data directory; without it a fresh key and nothing stored");
  command.add_option("--config", to->sources.file, "TOML file with settings")
    ->type_name("FILE")
    ->check(refuse_empty);
  list("--peer", "node.peers", "ADDR", "ip:port or multiaddr to connect to at start; may be repeated");
  text("--network", "node.network", "NAME", "network id; nodes of other networks are refused");
  text("--type", "node.type", "TYPE", "what the group agrees on: orswot, register, at2 or tree");
  text("--api", "node.api", "HOST:PORT", "serve /livez, /readyz, /metrics and /api/v1/peers");
  text("--log", "node.log", "LEVEL", "trace, debug, info, warn, error or off");
  text("--anti-entropy", "node.anti_entropy", "MODE",
       "auto: after each connect and every 30 s; manual: on command only");
  command.add_flag_function(
    "--no-repl", [to](std::int64_t) { to->sources.flags.emplace_back("node.repl", false); },
    "do not read commands from standard input");
}

void add_node(CLI::App& app, action& chosen) {
  auto options = std::make_shared<config_options>();
  auto* node = app.add_subcommand("node", "run one node; commands are typed or piped into it");
  add_node_flags(*node, options);
  node->callback([&chosen, options] { chosen = [options] { return run_node(*options); }; });
}

void add_config(CLI::App& app, action& chosen) {
  auto* config = app.add_subcommand("config", "look at the settings of a node")->require_subcommand(1);
  const auto add = [&](const char* name, const char* help, int (*run)(const config_options&)) {
    auto options = std::make_shared<config_options>();
    auto* command = config->add_subcommand(name, help);
    add_node_flags(*command, options);
    command->add_flag("--json", options->json, "print JSON only");
    command->callback([&chosen, options, run] { chosen = [options, run] { return run(*options); }; });
  };
  add("show", "print every setting, its value and where it comes from", run_config_show);
  add("check", "say whether the settings are valid", run_config_check);
}

void add_keygen(CLI::App& app, action& chosen) {
  auto options = std::make_shared<keygen_options>();
  auto* keygen = app.add_subcommand("keygen", "make an identity key and print its peer id");
  keygen->add_option("file", options->file, "where to write it (mode 0600); must not exist")
    ->required()
    ->type_name("FILE");
  keygen->add_flag("--json", options->json, "print JSON only");
  keygen->callback([&chosen, options] { chosen = [options] { return run_keygen(*options); }; });
}

void add_demo(CLI::App& app, action& chosen) {
  auto options = std::make_shared<demo_options>();
  auto* demo = app.add_subcommand("demo", "four nodes on loopback agree, lose one, and agree again");
  demo->add_flag("--json", options->json, "print JSON only");
  demo->callback([&chosen, options] { chosen = [options] { return run_demo(*options); }; });
}

void add_conform(CLI::App& app, action& chosen) {
  auto suite = std::make_shared<std::string>();
  auto* command =
    app.add_subcommand("conform", "evaluate cases from standard input (a JSON array), results as JSON");
  command
    ->add_option("suite", *suite, "peer-id, multiaddr, tls-certificate, quorum, yamux, orswot or membership")
    ->required()
    ->type_name("SUITE");
  command->callback(
    [&chosen, suite] { chosen = [suite] { return run_conform(*suite, std::cin, std::cout, std::cerr); }; });
}

void add_bench(CLI::App& app, action& chosen) {
  auto options = std::make_shared<bench_options>();
  auto* bench = app.add_subcommand("bench", "measure")->require_subcommand(1);
  auto* link = bench->add_subcommand("link", "streams, messages, pings and handshakes between two processes");
  link->add_flag("--json", options->json, "print JSON only");
  link->add_flag("--rivals", options->rivals, "measure js-libp2p, go-libp2p and raw TLS in the same run");
  link->add_option("--samples", options->samples, "runs of each figure; the median counts")
    ->check(CLI::Range(1, 25))
    ->capture_default_str();
  link->add_option("--only", options->only, "measure these parts only, such as ping,handshakes")
    ->delimiter(',')
    ->check(CLI::IsMember(bench_link_parts));
  link->callback([&chosen, options] { chosen = [options] { return run_bench_link(*options); }; });
  auto simulated = std::make_shared<sim_bench_options>();
  auto* sim = bench->add_subcommand("sim", "the laboratory: messages, schedules, swarms and reports");
  sim->add_flag("--json", simulated->json, "print JSON only");
  sim->add_option("--samples", simulated->samples, "runs of each figure; the median counts")
    ->check(CLI::Range(1, 25))
    ->capture_default_str();
  sim->add_option("--only", simulated->only, "measure these figures only, such as messages_s,jobs_s")
    ->delimiter(',')
    ->check(CLI::IsMember(bench_sim_figures));
  sim->callback([&chosen, simulated] { chosen = [simulated] { return run_bench_sim(*simulated); }; });
  auto broadcast = std::make_shared<brb_bench_options>();
  auto* brb = bench->add_subcommand("brb", "reliable broadcast in voting groups on loopback");
  brb->add_flag("--json", broadcast->json, "print JSON only");
  brb->add_flag("--rivals", broadcast->rivals,
                "measure brb 1.0.10 in the same run, and the published crate where cargo is installed");
  brb->add_option("--seconds", broadcast->seconds, "measured time of each run at each load")
    ->check(CLI::Range(0.1, 60.0))
    ->capture_default_str();
  brb->add_option("--samples", broadcast->samples, "runs of each figure; the median counts")
    ->check(CLI::Range(1, 25))
    ->capture_default_str();
  brb->add_option("--members", broadcast->members, "groups of these sizes only, such as 4,7")
    ->delimiter(',')
    ->check(CLI::IsMember(std::vector<std::size_t>{4, 7, 16}));
  brb->add_flag("--long", broadcast->long_runs,
                "restart, join, memory and disk over ten million operations too");
  brb->add_option("--batch", broadcast->batches, "batches of these sizes only: 1, 256")
    ->delimiter(',')
    ->check(CLI::IsMember(std::vector<std::uint64_t>{1, 256}));
  brb->callback([&chosen, broadcast] { chosen = [broadcast] { return run_bench_brb(*broadcast); }; });
  auto* listener = bench->add_subcommand("link-listener", "")->group("");
  listener->callback([&chosen] { chosen = [] { return run_bench_link_listener(); }; });
}

bool knows(const CLI::App& app, std::string_view command) {
  const auto all = app.get_subcommands([](const CLI::App*) { return true; });
  return std::any_of(all.begin(), all.end(),
                     [&](const CLI::App* each) { return each->get_name() == command; });
}

/// "troupe lab run", as far as the command line was understood.
std::string asked_for(const CLI::App& app) {
  std::string words = app.get_name();
  for (const auto* at = &app; !at->get_subcommands().empty();) {
    at = at->get_subcommands().back();
    words += " " + at->get_name();
  }
  return words;
}

/// CLI11's message in our form; help goes to standard output with exit code 0.
int explain(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == 0)
    return app.exit(error);
  std::string what = error.what();
  for (char& letter : what)
    if (letter == '\n')
      letter = ' ';
  complain(fmt::format("{} (see {} --help)", what, asked_for(app)));
  return exit_usage;
}

} // namespace
} // namespace troupe::cli

int main(int argc, char** argv) {
  using namespace troupe::cli;
  CLI::App app{"troupe: an actor-model distributed runtime", "troupe"};
  app.require_subcommand(1);
  app.set_version_flag("--version", "troupe 0.1.0");
  action chosen;
  add_node(app, chosen);
  add_demo(app, chosen);
  add_keygen(app, chosen);
  add_config(app, chosen);
  add_conform(app, chosen);
  add_bench(app, chosen);
  add_lab(app, chosen);
  const std::string_view first = argc > 1 ? argv[1] : "";
  if (first == "help") {
    std::cout << app.help();
    return exit_ok;
  }
  if (!first.empty() && first.front() != '-' && !knows(app, first)) {
    complain(fmt::format("there is no command '{}' (see troupe --help)", first));
    return exit_usage;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return explain(app, error);
  }
  return chosen();
}
