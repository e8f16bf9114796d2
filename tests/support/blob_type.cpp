// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/blob_type.hpp"

#include <fmt/format.h>

#include <map>

namespace troupe::test {
namespace {

constexpr std::size_t head = 8;

std::optional<std::uint64_t> mark_of(byte_view operation) {
  if (operation.size() < head)
    return std::nullopt;
  std::uint64_t mark = 0;
  for (std::size_t i = 0; i < head; ++i)
    mark |= std::uint64_t{operation[i]} << (8 * i);
  return to_bytes(operation) == blob_of(operation.size(), mark) ? std::optional{mark} : std::nullopt;
}

class blobs final : public data_type {
public:
  class look final : public outlook {
  public:
    expected<bytes, std::string> prepare(const command& what) const override {
      return blob_of(std::stoul(what.arguments.at(0)), std::stoull(what.arguments.at(1)));
    }
    std::optional<std::string> admit(byte_view operation) override {
      return mark_of(operation) ? std::nullopt : std::optional<std::string>{"Malformed"};
    }
  };

  std::unique_ptr<outlook> look_ahead(const peer_id&) const override { return std::make_unique<look>(); }
  void apply(const peer_id&, byte_view operation) override {
    if (const auto mark = mark_of(operation))
      sizes_[*mark] = operation.size();
  }
  std::string read() const override {
    std::string text;
    for (const auto& [mark, size] : sizes_)
      text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", mark, size);
    return "{" + text + "}";
  }
  digest state() const override { return sha256(as_bytes(read())); }
  bytes save() const override { return to_bytes(as_bytes(read())); }
  bool load(byte_view) override { return false; }

private:
  std::map<std::uint64_t, std::size_t> sizes_;
};

} // namespace

const known_data_type blob_type{
  "blob", []() -> std::unique_ptr<data_type> { return std::make_unique<blobs>(); },
  [](byte_view operation) { return fmt::format("Put({} bytes)", operation.size()); }};

bytes blob_of(std::size_t size, std::uint64_t mark) {
  bytes result(std::max(size, head));
  auto next = mark;
  for (std::size_t i = 0; i < result.size(); ++i) {
    result[i] = static_cast<std::uint8_t>(i < head ? mark >> (8 * i) : next >> 33);
    next = next * 6'364'136'223'846'793'005u + 1;
  }
  return result;
}

} // namespace troupe::test
