// SPDX-License-Identifier: BSD-3-Clause
// One function per suite: a case in, its result or the reason why the case is bad. They share how fields are
// read: a missing field, a wrong type and bad hex are errors of the case; fields nobody asks for are let be.
#pragma once

#include "messages/types/bytes.hpp"
#include "messages/types/expected.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <string_view>

namespace troupe::conform {

using outcome = expected<boost::json::object, explained>;

outcome evaluate_peer_id(const boost::json::object& from);
outcome evaluate_multiaddr(const boost::json::object& from);
/// Dates are checked against this machine's clock.
outcome evaluate_tls_certificate(const boost::json::object& from);
outcome evaluate_quorum(const boost::json::object& from);
outcome evaluate_membership(const boost::json::object& from);
outcome evaluate_yamux(const boost::json::object& from);
outcome evaluate_orswot(const boost::json::object& from);

constexpr std::size_t yamux_frames_max =
  65'536; ///< of one case; a result is some 60 times as large as its frames
constexpr std::size_t orswot_operations_max = 65'536; ///< of one case

/// The field as it stands. The view lives as long as the case.
expected<std::string_view, explained> text_field(const boost::json::object& from, std::string_view name);
/// The field's hexadecimal digits, of either case, as bytes.
expected<bytes, explained> hex_field(const boost::json::object& from, std::string_view name);
/// The one of two fields that the case has; both or neither is an error.
expected<std::string_view, explained> one_field(const boost::json::object& from, std::string_view first,
                                                std::string_view second);

unexpected<explained> bad_case(std::string why);

} // namespace troupe::conform
