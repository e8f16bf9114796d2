// SPDX-License-Identifier: BSD-3-Clause
#include "node/runtime.hpp"

#include "actors/brb/brb_interface.hpp"
#include "actors/runtime/shell/system_config.hpp"
#include "transport/address/interfaces.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

namespace troupe {
namespace {

struct configuration : caf::actor_system_config {
  explicit configuration(std::size_t threads) {
    system_options options;
    options.threads = threads;
    configure(*this, options);
    add_messages(*this, membership::messages{});
    add_messages(*this, brb::messages{});
  }
};

} // namespace

struct runtime::impl {
  explicit impl(std::size_t threads) : config(threads), system(config) {}

  configuration config;
  caf::actor_system system;
};

runtime::runtime(std::size_t threads) : impl_(std::make_unique<impl>(threads)) {
  transport::raise_descriptor_limit();
}

runtime::~runtime() = default;

caf::actor_system& runtime::actors() {
  return impl_->system;
}

} // namespace troupe
