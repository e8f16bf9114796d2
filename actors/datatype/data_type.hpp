// SPDX-License-Identifier: BSD-3-Clause
// A replicated data type as broadcast sees it: operations are opaque bytes, applied in the order of each
// source. Whatever stricter order a type needs it must demand of an outlook. Pure; owned by datatype_actor.
// An embedder implements this for a type of his own. Source: spec: brb 2.1, 4, 8.4 point 4.
#pragma once

#include "messages/crypto/sha256.hpp"
#include "messages/types/bytes.hpp"
#include "messages/types/expected.hpp"
#include "messages/types/peer_id.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe {

/// What a user asks of the type, e.g. "add" {"3"}.
struct command {
  std::string action;
  std::vector<std::string> arguments;
};

class data_type {
public:
  /// What one source may do next: the state, and its own operations that are on their way. The type may have
  /// operations applied in between, those of the outlook among them, which then count once. Must not outlive
  /// its type.
  class outlook {
  public:
    virtual ~outlook() = default;
    /// The operation for a command of the source. The error is a name.
    virtual expected<bytes, std::string> prepare(const command& what) const = 0;
    /// Why the operation may not come next, as a name; or nothing, and then it is on its way from now on.
    virtual std::optional<std::string> admit(byte_view operation) = 0;
  };

  virtual ~data_type() = default;

  virtual std::unique_ptr<outlook> look_ahead(const peer_id& source) const = 0;
  /// Applies an agreed operation. Never fails: what does not decode changes nothing.
  virtual void apply(const peer_id& source, byte_view operation) = 0;
  /// The value as one line, e.g. "{1, 3}".
  virtual std::string read() const = 0;
  /// What a user asks that changes nothing, e.g. "balance" {peer id}: one line. The error is a name. Without
  /// arguments it is read(), and that is all a type has to know.
  virtual expected<std::string, std::string> answer(const command& question) const {
    if (question.arguments.empty())
      return read();
    return unexpected(std::string{"BadArgument"});
  }
  /// Equal on replicas that have applied the same operations.
  virtual digest state() const = 0;
  /// All of it, for a checkpoint: equal states give equal bytes.
  virtual bytes save() const = 0;
  /// Replaces all of it. False, and nothing has changed, if the bytes are not of save().
  virtual bool load(byte_view saved) = 0;
};

} // namespace troupe
