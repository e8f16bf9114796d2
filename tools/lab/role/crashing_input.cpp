// SPDX-License-Identifier: BSD-3-Clause
// Its operations crash the actor that takes them, on every node that has that bug. Honest beside it.
#include "tools/lab/cluster/node_life.hpp"
#include "tools/lab/role/echoing_member.hpp"
#include "tools/lab/role/makers.hpp"
#include "tools/lab/role/own_content.hpp"

namespace troupe::lab {
namespace {

class crashing_input final : public echoing_member {
public:
  using echoing_member::echoing_member;

  void execute(byte_view payload) override {
    auto poison = to_bytes(as_bytes(crashing_payload));
    poison.insert(poison.end(), payload.begin(), payload.end());
    tell_voters(own_content{with(), ++last_, std::move(poison)}.request());
  }

private:
  std::uint64_t last_ = 0;
};

} // namespace

std::unique_ptr<role> make_crashing_input(role_options options) {
  return std::make_unique<crashing_input>(std::move(options));
}

} // namespace troupe::lab
