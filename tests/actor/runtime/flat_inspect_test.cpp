// SPDX-License-Identifier: BSD-3-Clause
// Goal: no bytes from the cluster plane crash or fill memory, and a flat that was not verified never reaches
// a handler. Method: CAF's own serialisers on good, cut, flipped and lying bytes.
#include "actors/runtime/shell/flat_inspect.hpp"

#include "tests/support/stage.hpp"
#include "wire/session_generated.h"

#include <catch2/catch.hpp>

#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

using hello = flat<wire::SessionHello>;

} // namespace

template <>
inline constexpr std::string_view troupe::flat_name<troupe::wire::SessionHello> = "test.hello";

namespace {

hello sample(std::string_view network = "alpha") {
  flatbuffers::FlatBufferBuilder builder;
  const auto name = builder.CreateString(network.data(), network.size());
  builder.Finish(wire::CreateSessionHello(builder, name, 1, 2, 3, 4, 5));
  return hello::of(builder);
}

std::vector<char> saved(caf::actor_system& system, hello value) {
  std::vector<char> out;
  caf::binary_serializer to{system, out};
  REQUIRE_FALSE(failed(to(value)));
  return out;
}

struct outcome {
  bool good; ///< the deserialiser reported no error
  hello value;
};

outcome loaded(caf::actor_system& system, const std::vector<char>& in) {
  outcome result{false, sample("was there before")};
  caf::binary_deserializer from{system, in};
  result.good = !failed(from(result.value));
  return result;
}

using door = handle<takes<hello>, answers<int, hello, int>>;
struct no_state {};

door::behavior_type door_actor(self_ptr<door, no_state>, node_context, int* entered) {
  auto enter =
    checked<void, wire::SessionHello>([entered](const hello& in) { *entered += in->version_min(); });
  return {enter, [](const hello& in, int) -> reply<int> {
            return checked<int, wire::SessionHello>(
              [](const hello& good) { return int{good->version_max()}; })(in);
          }};
}

caf::behavior asker_actor(caf::event_based_actor* self, node_context, door whom, hello what,
                          std::string* out) {
  request(self, whom, 1s, what, 1)
    .then([out](int version) { *out = std::to_string(version); },
          [out](const caf::error& err) { *out = to_string(err); });
  return {[](int) {}};
}

} // namespace

TEST_CASE("flat inspect: what was saved is loaded again", "[actor][runtime]") {
  stage on;
  const auto [good, value] = loaded(on.system(), saved(on.system(), sample()));
  REQUIRE(good);
  REQUIRE(value);
  REQUIRE(value->network_id()->str() == "alpha");
  REQUIRE(value->remote_boot() == 5);
}

TEST_CASE("flat inspect: a null value stays null and replaces what was there", "[actor][runtime]") {
  stage on;
  const auto [good, value] = loaded(on.system(), saved(on.system(), hello{}));
  REQUIRE(good);
  REQUIRE_FALSE(value);
}

TEST_CASE("flat inspect: cut off anywhere it yields an error and a null value", "[actor][runtime]") {
  stage on;
  const auto whole = saved(on.system(), sample());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto [good, value] =
      loaded(on.system(), {whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)});
    REQUIRE_FALSE(good);
    REQUIRE_FALSE(value);
  }
}

TEST_CASE("flat inspect: each flipped bit is refused or leaves a readable value", "[actor][runtime]") {
  stage on;
  const auto whole = saved(on.system(), sample());
  std::size_t refused = 0;
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    auto flipped = whole;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    const auto [good, value] = loaded(on.system(), flipped);
    if (!value)
      ++refused;
    else
      REQUIRE(value->network_id()->size() < whole.size());
  }
  REQUIRE(refused > whole.size());
}

TEST_CASE("flat inspect: a length above the cap is refused before anything is allocated",
          "[actor][runtime]") {
  stage on;
  for (const std::uint32_t length : {std::uint32_t{frame_length_max + 1}, 0xffffffffu}) {
    std::vector<char> in;
    caf::binary_serializer to{on.system(), in};
    REQUIRE_FALSE(failed(to(length)));
    in.resize(in.size() + 64);
    hello value;
    caf::binary_deserializer from{on.system(), in};
    REQUIRE(is(from(value), flat_errc::too_long));
    REQUIRE_FALSE(value);
  }
}

TEST_CASE("flat inspect: checked keeps a null value from the handler and answers not_verified",
          "[actor][runtime]") {
  stage on;
  int entered = 0;
  const auto at = spawn(on.system(), on.context("door"), door_actor, &entered);
  post(at, sample());
  post(at, hello{});
  on.run();
  REQUIRE(entered == 1);
  for (const auto& [what, wanted] :
       {std::pair{sample(), std::string{"2"}}, std::pair{hello{}, std::string{"flat"}}}) {
    std::string answer;
    const auto by = spawn(on.system(), on.context("asker"), asker_actor, at, what, &answer);
    on.run();
    REQUIRE(answer.find(wanted) != std::string::npos);
    on.stop(by);
  }
  on.stop(at);
}
