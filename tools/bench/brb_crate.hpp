// SPDX-License-Identifier: BSD-3-Clause
// The published brb crate, as its authors wrote it, in memory: tools/bench/brb_crate, a Rust program that is
// built with cargo into the user's cache folder on first use. The versions of everything it is built from are
// pinned in versions.lock, a Cargo.lock that leaves out where crates come from: that is the user's setting.
#pragma once

#include "messages/types/expected.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace troupe::bench {

/// `pinned` with the source that `resolved`, a Cargo.lock of the same packages, names for its crates. Empty
/// if it names none. Pure.
std::string with_sources(std::string_view pinned, std::string_view resolved);

/// What the program printed for one load.
struct crate_figures {
  double ops_s = 0;
  double p50_ms = 0;
  double p99_ms = 0;
  double messages_per_op = 0;
  double rss_mb = 0;
};
/// Nothing unless every figure is there and is a number.
std::optional<crate_figures> crate_figures_of(std::string_view json_line);

class brb_crate {
public:
  /// The program, built if need be, which can take minutes; the error is one line for the user.
  static expected<brb_crate, explained> prepare();

  /// `rate`: of all together; 0 = as many as go. Nothing if it failed.
  std::optional<crate_figures> load(std::size_t members, std::size_t op_bytes, double rate,
                                    double measured_s) const;

private:
  explicit brb_crate(std::string program) : program_(std::move(program)) {}
  std::string program_;
};

} // namespace troupe::bench
