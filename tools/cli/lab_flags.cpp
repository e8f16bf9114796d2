// SPDX-License-Identifier: BSD-3-Clause
// The flags of `troupe lab`.
#include "tools/cli/lab_flags.hpp"

#include "tools/lab/command/lab_commands.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace troupe::cli {
namespace {

void add_run(CLI::App& lab, std::function<int()>& chosen) {
  auto options = std::make_shared<lab::run_command>();
  auto* run = lab.add_subcommand("run", "play one scenario once; exit 0 only if every check passed");
  run->add_option("file", options->file, "the scenario")->required()->type_name("FILE.toml");
  run
    ->add_option("--mode", options->mode,
                 "sim: virtual time, one trace per seed; local: real TLS on loopback")
    ->check(CLI::IsMember({"sim", "local"}))
    ->capture_default_str();
  run->add_option("--seed", options->seed, "what everything random is drawn from")->capture_default_str();
  run->add_option("--out", options->out, "where the result folder goes")
    ->type_name("DIR")
    ->capture_default_str();
  run->add_flag("--json", options->json, "print JSON only");
  run->add_flag("--paranoid", options->paranoid, "compare all nodes after every event");
  run->add_flag("--log", options->log, "print the nodes' logs on standard error");
  run->callback([&chosen, options] { chosen = [options] { return lab::run(*options); }; });
}

} // namespace

void add_lab(CLI::App& app, std::function<int()>& chosen) {
  auto* lab =
    app.add_subcommand("lab", "experiments: break it on purpose, replay it exactly")->require_subcommand(1);
  add_run(*lab, chosen);
}

} // namespace troupe::cli
