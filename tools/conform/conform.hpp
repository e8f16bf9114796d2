// SPDX-License-Identifier: BSD-3-Clause
// `troupe conform SUITE`: evaluates cases given as JSON with the functions the node itself uses, so that
// anybody can hold them against another implementation. The formats are docs/protocols/conform.md.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <string_view>

namespace troupe {

constexpr std::size_t conform_input_max = std::size_t{64} << 20; ///< bytes of JSON; more is refused unparsed

/// Reads a JSON array of cases from `in` and writes the JSON array of their results, in the same order, to
/// `out`; a bad case gives {"error": ".."} in its place. Answers 0 if every case got a result, 2 with one
/// line on `err` for an unknown suite or input that is no JSON array (then nothing is on `out`), 1 if `out`
/// takes no more.
int run_conform(std::string_view suite, std::istream& in, std::ostream& out, std::ostream& err);

} // namespace troupe
