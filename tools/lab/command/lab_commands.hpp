// SPDX-License-Identifier: BSD-3-Clause
// What the subcommands of `troupe lab` take, and where they are run. Each prints on standard output,
// complains on standard error, and answers the exit code. Of one run (run, replay): 0 every check passed, 1
// one did not, expected or not. Of a sweep: 0 all ended as their scenarios expect, 1 one did not. Of all: 2
// usage, 3 partial.
#pragma once

#include "tools/lab/scenario/scenario.hpp"

#include <optional>
#include <string>
#include <vector>

namespace troupe::lab {

struct run_command {
  std::string file;
  std::string mode = "sim";
  std::uint64_t seed = 1;
  std::string out = "results";
  bool json = false;
  bool paranoid = false;
  bool log = false; ///< the nodes' logs on standard error
};
int run(const run_command& options);

/// Stops at the first run that does not end as its scenario expects.
struct sweep_command {
  std::vector<std::string> files;
  std::string seeds;           ///< "1..100"
  unsigned jobs = 2;           ///< threads
  std::string out = "results"; ///< of the failure's result folder
  bool json = false;
  bool marks = false; ///< all that were never hit, however few seeds there were
};
int run(const sweep_command& options);

/// Of a folder whose run was interrupted: up to that moment. Exit 3 if the trace is not the recorded one.
struct replay_command {
  std::string target;                ///< a result folder or a scenario file
  std::optional<std::uint64_t> seed; ///< with a scenario file
  std::string out = "results";
  bool json = false;
  bool log = false;
};
int run(const replay_command& options);

struct shrink_command {
  std::string file;
  std::uint64_t seed = 1;    ///< the smaller one may fail with another
  std::string out;           ///< the smaller scenario; must not exist
  std::uint32_t tries = 500; ///< runs at most
};
int run(const shrink_command& options);

struct compare_command {
  std::string a; ///< a result folder or a scenario file
  std::string b;
  std::string seeds; ///< "1..100"; needed for scenario files
  unsigned jobs = 2;
  bool json = false;
};
int run(const compare_command& options);

struct list_command {
  bool json = false;
};
int run(const list_command& options);

/// Reads data directories of nodes of one group and changes nothing. Exit 1 if one cannot be read or what they
/// say cannot be true.
struct audit_command {
  std::vector<std::string> directories;
  std::optional<std::string> network;
  bool json = false;
};
int run(const audit_command& options);

/// The scenario of a file, or nothing once every error has been told.
std::optional<scenario> loaded_scenario(const std::string& file);

} // namespace troupe::lab
