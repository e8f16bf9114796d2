// SPDX-License-Identifier: BSD-3-Clause
// The data types a node can be started with, by name. All nodes of a group have the same. Pure.
#pragma once

#include "actors/datatype/data_type.hpp"

#include <span>
#include <string_view>

namespace troupe {

inline constexpr std::string_view default_data_type = "orswot";

struct known_data_type {
  std::string_view name;
  std::unique_ptr<data_type> (*make)();
  /// An operation in a few words, for log lines; `Malformed` for bytes that are none.
  std::string (*describe)(byte_view operation);
};

std::span<const known_data_type> data_types();
/// The error lists those there are.
expected<const known_data_type*, explained> find_data_type(std::string_view name);
/// An empty one. Errors as find_data_type.
expected<std::unique_ptr<data_type>, explained> make_data_type(std::string_view name);

} // namespace troupe
