// SPDX-License-Identifier: BSD-3-Clause
#include "actors/datatype/data_types.hpp"

#include "actors/datatype/accounts.hpp"
#include "actors/datatype/orswot.hpp"
#include "actors/datatype/register.hpp"
#include "actors/datatype/tree.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe {
namespace {

template <class Type>
std::unique_ptr<data_type> empty() {
  return std::make_unique<Type>();
}

constexpr known_data_type all[] = {
  {default_data_type, empty<orswot::replica>, orswot::describe},
  {"register", empty<last_value::replica>, last_value::describe},
  {"at2", empty<accounts::replica>, accounts::describe},
  {"tree", empty<tree::replica>, tree::describe},
};

} // namespace

std::span<const known_data_type> data_types() {
  return all;
}

expected<const known_data_type*, explained> find_data_type(std::string_view name) {
  const auto* const found = std::ranges::find(all, name, &known_data_type::name);
  if (found != std::end(all))
    return found;
  std::string names;
  for (const auto& known : all)
    names += fmt::format("{}{}", names.empty() ? "" : ", ", known.name);
  return unexpected(explained{fmt::format("there is no data type '{}': the types are {}", name, names)});
}

expected<std::unique_ptr<data_type>, explained> make_data_type(std::string_view name) {
  return find_data_type(name).map([](const known_data_type* known) { return known->make(); });
}

} // namespace troupe
