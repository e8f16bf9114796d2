// SPDX-License-Identifier: BSD-3-Clause
// Lets local signals and batches travel in mailboxes without being serialisable. Every header that declares a
// typed handle gets it through typed.hpp.
#pragma once

#include "actors/runtime/message_kind.hpp"

#include <caf/allowed_unsafe_message_type.hpp>

template <troupe::local_signal Signal>
struct caf::allowed_unsafe_message_type<Signal> : std::true_type {};

template <class Table>
struct caf::allowed_unsafe_message_type<troupe::batch<Table>> : std::true_type {};
