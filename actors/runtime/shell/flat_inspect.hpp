// SPDX-License-Identifier: BSD-3-Clause
// flat<T> over CAF's serialisers: u32 length and the raw bytes. Loading never fails on bad contents, as CAF
// swallows errors of nested messages: it yields a null flat, which checked() turns into an error. The length
// is capped before anything is allocated.
#pragma once

#include "actors/runtime/shell/error.hpp"

#include <caf/deserializer.hpp>
#include <caf/meta/type_name.hpp>
#include <caf/result.hpp>
#include <caf/sec.hpp>
#include <caf/serializer.hpp>

#include <type_traits>
#include <utility>

namespace troupe {

template <class Table>
caf::error save_flat(caf::serializer& to, flat<Table>& value) {
  auto length = static_cast<std::uint32_t>(value.view().size());
  if (auto err = to(length); failed(err))
    return err;
  return length == 0 ? caf::error{} : to.apply_raw(length, const_cast<std::uint8_t*>(value.view().data()));
}

template <class Table>
caf::error load_flat(caf::deserializer& from, flat<Table>& value) {
  value = {};
  std::uint32_t length = 0;
  if (auto err = from(length); failed(err))
    return err;
  if (length == 0)
    return {};
  if (length > frame_length_max)
    return error_of(flat_errc::too_long);
  auto owner = chunk::make(length);
  if (auto err = from.apply_raw(length, owner->data()); failed(err))
    return err;
  owner->commit(length);
  const auto* payload = owner->data();
  if (auto adopted = flat<Table>::adopt(std::move(owner), payload, length))
    value = *adopted;
  return {};
}

template <class Inspector, class Table>
typename Inspector::result_type inspect(Inspector& f, flat<Table>& value) {
  if constexpr (std::is_base_of_v<caf::serializer, Inspector>)
    return save_flat(f, value);
  else if constexpr (std::is_base_of_v<caf::deserializer, Inspector>)
    return load_flat(f, value);
  else {
    auto length = value.view().size();
    return f(caf::meta::type_name("flat"), length);
  }
}

/// Wraps a handler of flat<Table>: a null one is answered with flat_errc::not_verified and never reaches it.
/// `Output` is void for one-way messages.
template <class Output, class Table, class Handler>
auto checked(Handler handler) {
  return [handler = std::move(handler)](const flat<Table>& value) -> caf::result<Output> {
    if (!value)
      return error_of(flat_errc::not_verified);
    if constexpr (std::is_void_v<std::invoke_result_t<const Handler&, const flat<Table>&>>) {
      handler(value);
      return {};
    } else {
      return handler(value);
    }
  };
}

} // namespace troupe
