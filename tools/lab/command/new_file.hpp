// SPDX-License-Identifier: BSD-3-Clause
// A file that did not exist before: its name is taken at once and given back if nothing is written.
#pragma once

#include "messages/types/expected.hpp"

#include <string>
#include <string_view>

namespace troupe::lab {

class new_file {
public:
  /// Errors: one line; above all that it exists.
  static expected<new_file, explained> make(const std::string& path);
  new_file(new_file&& from) noexcept : path_(std::move(from.path_)) { from.path_.clear(); }
  new_file& operator=(new_file&&) = delete;
  ~new_file();

  /// Once. Errors: it could not be written.
  expected<void, explained> keep(std::string_view text);

private:
  explicit new_file(std::string path) : path_(std::move(path)) {}

  std::string path_; ///< empty: nothing to give back
};

} // namespace troupe::lab
