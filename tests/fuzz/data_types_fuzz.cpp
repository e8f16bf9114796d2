// SPDX-License-Identifier: BSD-3-Clause
// A replica of register, accounts or tree (the first byte picks) hears this input: parts of a kind, a length
// and a body are operations of three sources, commands, or saved bytes. What is refused as malformed changes
// nothing, and what stands can always be saved and loaded.
#include "actors/datatype/accounts.hpp"
#include "actors/datatype/register.hpp"
#include "actors/datatype/tree.hpp"
#include "messages/codec/signing.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

using namespace troupe;

namespace {

void require(bool holds) {
  if (!holds)
    std::abort();
}

peer_id member(std::size_t number) {
  wire::Key32 raw;
  reinterpret_cast<std::uint8_t*>(&raw)[0] = static_cast<std::uint8_t>(number + 1);
  return actor_of(raw);
}

std::unique_ptr<data_type> made(std::uint8_t which) {
  switch (which % 4) {
  case 0:
    return std::make_unique<last_value::replica>();
  case 1:
    return std::make_unique<accounts::replica>();
  case 2:
    return std::make_unique<tree::replica>();
  default:
    return std::make_unique<tree::replica>(tree::options{{member(0), member(1), member(2)}});
  }
}

command spoken(byte_view body) {
  command what;
  auto* word = &what.action;
  for (const auto letter : as_text(body)) {
    if (letter == ' ')
      word = &what.arguments.emplace_back();
    else
      *word += letter;
  }
  return what;
}

void hear(data_type& type, data_type::outlook& judge, const peer_id& source, byte_view operation) {
  const auto before = type.save();
  if (judge.admit(operation) == "Malformed") {
    type.apply(source, operation);
    require(type.save() == before);
  } else {
    type.apply(source, operation);
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0)
    return 0;
  const auto type = made(data[0]);
  std::array<std::unique_ptr<data_type::outlook>, 3> judges;
  for (std::size_t i = 0; i < judges.size(); ++i)
    judges[i] = type->look_ahead(member(i));
  byte_view rest{data + 1, std::min<std::size_t>(size - 1, 4096)};
  while (rest.size() >= 2) {
    const auto kind = rest[0];
    const auto body = rest.subspan(2, std::min<std::size_t>(rest[1], rest.size() - 2));
    rest = rest.subspan(2 + body.size());
    const auto source = std::size_t{kind} / 3 % 3;
    if (kind % 3 == 0) {
      hear(*type, *judges[source], member(source), body);
    } else if (kind % 3 == 1) {
      if (const auto operation = judges[source]->prepare(spoken(body)))
        hear(*type, *judges[source], member(source), *operation);
    } else if (type->load(body)) {
      require(type->save() == to_bytes(body));
    }
  }
  const auto other = made(data[0]);
  require(other->load(type->save()));
  require(other->save() == type->save() && other->state() == type->state() && other->read() == type->read());
  return 0;
}
