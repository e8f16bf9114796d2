// SPDX-License-Identifier: BSD-3-Clause
// The `troupe` command.
#include <CLI/CLI.hpp>

int main(int argc, char** argv) {
  CLI::App app{"troupe: an actor-model distributed runtime"};
  app.require_subcommand(1);
  CLI11_PARSE(app, argc, argv);
  return 0;
}
