// SPDX-License-Identifier: BSD-3-Clause
// The generated tables of membership, BRB and ORSWOT in the order their includes need, and their frame types.
// The generated headers leave their own includes out, hence the blank lines that keep the formatter from
// sorting them.
#pragma once

#include "wire/crypto_generated.h"

#include "wire/membership_generated.h"

#include "wire/brb_generated.h"

#include "wire/orswot_generated.h"

#include "messages/types/frame.hpp"

namespace troupe {

template <>
struct frame_type<wire::MembershipVote> : std::integral_constant<std::uint16_t, 0x0201> {};
template <>
struct frame_type<wire::ConsentRequest> : std::integral_constant<std::uint16_t, 0x0202> {};
template <>
struct frame_type<wire::ConsentAnswer> : std::integral_constant<std::uint16_t, 0x0203> {};
template <>
struct frame_type<wire::BrbSend> : std::integral_constant<std::uint16_t, 0x0301> {};
template <>
struct frame_type<wire::BrbEcho> : std::integral_constant<std::uint16_t, 0x0302> {};
template <>
struct frame_type<wire::BrbCertificate> : std::integral_constant<std::uint16_t, 0x0303> {};
template <>
struct frame_type<wire::BrbDelivered> : std::integral_constant<std::uint16_t, 0x0304> {};
template <>
struct frame_type<wire::AntiEntropyRequest> : std::integral_constant<std::uint16_t, 0x0305> {};
template <>
struct frame_type<wire::AntiEntropyPage> : std::integral_constant<std::uint16_t, 0x0306> {};
template <>
struct frame_type<wire::BrbCheckpointVote> : std::integral_constant<std::uint16_t, 0x0307> {};
template <>
struct frame_type<wire::BrbCheckpoint> : std::integral_constant<std::uint16_t, 0x0308> {};
template <>
struct frame_type<wire::CheckpointStateRequest> : std::integral_constant<std::uint16_t, 0x0309> {};
template <>
struct frame_type<wire::CheckpointStatePage> : std::integral_constant<std::uint16_t, 0x030a> {};
template <>
struct frame_type<wire::BrbEvidence> : std::integral_constant<std::uint16_t, 0x030b> {};
template <>
struct frame_type<wire::BrbLockQuery> : std::integral_constant<std::uint16_t, 0x030d> {};
template <>
struct frame_type<wire::BrbLocks> : std::integral_constant<std::uint16_t, 0x030e> {};
template <>
struct frame_type<wire::BrbFragment> : std::integral_constant<std::uint16_t, 0x030c> {};

} // namespace troupe
