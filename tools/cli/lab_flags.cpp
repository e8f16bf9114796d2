// SPDX-License-Identifier: BSD-3-Clause
// The flags of `troupe lab`.
#include "tools/cli/lab_flags.hpp"

#include "tools/lab/command/lab_commands.hpp"

#include <CLI/CLI.hpp>

#include <charconv>
#include <memory>

namespace troupe::cli {
namespace {

/// What converts the text takes "-1" for a very large number, and what is too large for the largest.
std::string wrong_seed(const std::string& text) {
  std::uint64_t seed = 0;
  const auto* const end = text.data() + text.size();
  const auto [stop, failed] = std::from_chars(text.data(), end, seed);
  if (failed == std::errc{} && stop == end)
    return "";
  return "a seed is a number from 0 to 18446744073709551615, not " + text;
}

/// 1 to 64 threads; more than the machine has cores is of no use.
void add_jobs(CLI::App& to, unsigned& jobs) {
  to.add_option("--jobs", jobs, "how many runs at once")->check(CLI::Range(1u, 64u))->capture_default_str();
}

void add_out(CLI::App& to, std::string& folder) {
  to.add_option("--out", folder, "where the result folder goes")->type_name("DIR")->capture_default_str();
}

void add_run(CLI::App& lab, std::function<int()>& chosen) {
  auto options = std::make_shared<lab::run_command>();
  auto* run = lab.add_subcommand(
    "run", "play one scenario once; exit 0 if every check passed, 1 if one failed, expected or not");
  run->add_option("file", options->file, "the scenario")->required()->type_name("FILE.toml");
  run
    ->add_option("--mode", options->mode,
                 "sim: virtual time, one trace per seed; local: real TLS on loopback")
    ->check(CLI::IsMember({"sim", "local"}))
    ->capture_default_str();
  run->add_option("--seed", options->seed, "what everything random is drawn from")
    ->check(wrong_seed)
    ->capture_default_str();
  add_out(*run, options->out);
  run->add_flag("--json", options->json, "print JSON only");
  run->add_flag("--paranoid", options->paranoid, "compare all nodes after every event");
  run->add_flag("--log", options->log, "print the nodes' logs on standard error");
  run->callback([&chosen, options] { chosen = [options] { return lab::run(*options); }; });
}

void add_sweep(CLI::App& lab, std::function<int()>& chosen) {
  auto options = std::make_shared<lab::sweep_command>();
  auto* sweep = lab.add_subcommand(
    "sweep", "play many seeds; stops at the first failure that is not expected; exit 0 if all "
             "ended as their files expect (expect = \"fail\": one seed at least fails)");
  sweep->add_option("files", options->files, "the scenarios")->required()->type_name("FILE.toml");
  sweep->add_option("--seeds", options->seeds, "first and last, such as 1..100")
    ->required()
    ->type_name("A..B");
  add_jobs(*sweep, options->jobs);
  add_out(*sweep, options->out);
  sweep->add_flag("--json", options->json, "print JSON only");
  sweep->add_flag("--marks", options->marks, "print all rare-branch marks that no run has hit");
  sweep->callback([&chosen, options] { chosen = [options] { return lab::run(*options); }; });
}

void add_replay(CLI::App& lab, std::function<int()>& chosen) {
  auto options = std::make_shared<lab::replay_command>();
  auto* replay = lab.add_subcommand(
    "replay", "repeat a run; exits as it did, with 3 if it is not the one that was recorded");
  replay->add_option("what", options->target, "a result folder, or a scenario with --seed")
    ->required()
    ->type_name("RESULT_DIR|FILE.toml");
  replay->add_option("--seed", options->seed, "of the run, if a scenario is given")->check(wrong_seed);
  add_out(*replay, options->out);
  replay->add_flag("--json", options->json, "print JSON only");
  replay->add_flag("--log", options->log, "print the nodes' logs on standard error");
  replay->callback([&chosen, options] { chosen = [options] { return lab::run(*options); }; });
}

void add_shrink(CLI::App& lab, std::function<int()>& chosen) {
  auto options = std::make_shared<lab::shrink_command>();
  auto* shrink = lab.add_subcommand(
    "shrink", "make a failing scenario as small as it still fails; it may fail with another seed then");
  shrink->add_option("file", options->file, "the scenario")->required()->type_name("FILE.toml");
  shrink->add_option("--seed", options->seed, "with which it fails; seeds after it are tried too")
    ->required()
    ->check(wrong_seed);
  shrink->add_option("-o,--out", options->out, "where the smaller one goes; must not exist")
    ->required()
    ->type_name("OUT.toml");
  shrink->add_option("--tries", options->tries, "candidates to try at most")
    ->check(CLI::Range(1u, 1'000'000u))
    ->capture_default_str();
  shrink->callback([&chosen, options] { chosen = [options] { return lab::run(*options); }; });
}

void add_compare(CLI::App& lab, std::function<int()>& chosen) {
  auto options = std::make_shared<lab::compare_command>();
  auto* compare = lab.add_subcommand("compare", "two sets of runs side by side: ratios, second over first");
  compare->add_option("a", options->a, "a result folder, or a scenario with --seeds")
    ->required()
    ->type_name("RESULT_DIR|FILE.toml");
  compare->add_option("b", options->b, "the other")->required()->type_name("RESULT_DIR|FILE.toml");
  compare->add_option("--seeds", options->seeds, "first and last to play, such as 1..20")->type_name("A..B");
  add_jobs(*compare, options->jobs);
  compare->add_flag("--json", options->json, "print JSON only");
  compare->callback([&chosen, options] { chosen = [options] { return lab::run(*options); }; });
}

void add_list(CLI::App& lab, std::function<int()>& chosen) {
  auto options = std::make_shared<lab::list_command>();
  auto* list = lab.add_subcommand("list", "the experiments that come with troupe");
  list->add_flag("--json", options->json, "print JSON only");
  list->callback([&chosen, options] { chosen = [options] { return lab::run(*options); }; });
}

void add_audit(CLI::App& lab, std::function<int()>& chosen) {
  auto options = std::make_shared<lab::audit_command>();
  auto* audit = lab.add_subcommand(
    "audit",
    "read the data directories of stopped or killed nodes of one group: no slot signed twice, no gap, no "
    "false certificate; exit 0 if all is well, 1 with a line for each violation");
  audit->add_option("directories", options->directories, "as given to --data; nothing in them is changed")
    ->required()
    ->type_name("DATA_DIR");
  audit->add_option("--network", options->network, "the group's network, for directories that do not say it")
    ->type_name("NAME");
  audit->add_flag("--json", options->json, "print JSON only");
  audit->callback([&chosen, options] { chosen = [options] { return lab::run(*options); }; });
}

} // namespace

void add_lab(CLI::App& app, std::function<int()>& chosen) {
  auto* lab =
    app.add_subcommand("lab", "experiments: break it on purpose, replay it exactly")->require_subcommand(1);
  for (const auto add : {add_run, add_sweep, add_replay, add_shrink, add_compare, add_list, add_audit})
    add(*lab, chosen);
}

} // namespace troupe::cli
