// SPDX-License-Identifier: BSD-3-Clause
// Reads the TXT records out of a DNS answer (RFC 1035, section 4), which comes from the network and may be
// anything. Pure.
#pragma once

#include "messages/types/bytes.hpp"
#include "messages/types/expected.hpp"

#include <string>
#include <vector>

namespace troupe::transport {

enum class dns_errc : std::uint8_t {
  truncated = 1,     ///< the message ends in the middle of something
  not_an_answer = 2, ///< a query, or an answer with an error code
  too_many = 3,      ///< more records than dns_records_max
};

constexpr std::size_t dns_records_max = 256; ///< records of any kind looked at in one answer

/// The text of each TXT record in the answer section, its strings joined (each at most 255 bytes), in the
/// order of the message. Names are skipped, not compared: the resolver library has matched the question.
expected<std::vector<std::string>, dns_errc> txt_records(byte_view message);

} // namespace troupe::transport
