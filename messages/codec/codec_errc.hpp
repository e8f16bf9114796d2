// SPDX-License-Identifier: BSD-3-Clause
// Why bytes of a libp2p protobuf were refused. Numbers are never reused.
#pragma once

#include <cstdint>

namespace troupe {

enum class codec_errc : std::uint8_t {
  too_long = 1,      ///< longer than the message's cap; nothing was read
  malformed = 2,     ///< no protobuf
  missing_field = 3, ///< a field without which the message means nothing
  bad_key = 4,       ///< the public key in it is none
  wrong_type = 5,    ///< an envelope for another purpose
  bad_signature = 6, ///< the signature is not the key's
  wrong_signer = 7,  ///< signed by another peer than the one it speaks of
};

} // namespace troupe
