// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/run/marks.hpp"

#include "actors/brb/brb_errc.hpp"
#include "actors/membership/membership_errc.hpp"
#include "messages/codec/signing.hpp"
#include "tools/lab/algorithm/bracha_machine.hpp"
#include "tools/lab/algorithm/original_machine.hpp"

#include <limits>

namespace troupe::lab {
namespace {

/// Every table answers this for a number that is no error.
constexpr std::string_view no_error = "Unknown";

template <class Errc>
void add_names(std::set<std::string_view>& to) {
  for (unsigned code = 1; code <= std::numeric_limits<std::uint8_t>::max(); ++code)
    if (const auto known = name(static_cast<Errc>(code)); known != no_error)
      to.insert(known);
}

void remove_what_is_no_refusal(std::set<std::string_view>& from) {
  // Answers to the node's own commands.
  from.erase(name(membership::membership_errc::not_an_actor));
  from.erase(name(membership::membership_errc::vote_in_progress));
  // Of the promise log: a node that finds it refuses to start.
  from.erase(name(agreement_codec_errc::bad_record));
}

} // namespace

std::set<std::string_view> known_marks(algorithm of) {
  std::set<std::string_view> all;
  if (of == algorithm::original) {
    add_names<original::errc>(all);
  } else if (of == algorithm::bracha) {
    add_names<bracha::errc>(all);
    all.erase(name(bracha::errc::window_full)); // an answer to the node's own command
  } else {
    add_names<brb::brb_errc>(all);
    add_names<membership::membership_errc>(all);
    add_names<agreement_codec_errc>(all);
    remove_what_is_no_refusal(all);
  }
  all.insert("RefusedToStart");
  return all;
}

} // namespace troupe::lab
