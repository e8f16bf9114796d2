// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/scenario/scenario_text.hpp"

#include "messages/crypto/sha256.hpp"
#include "tools/lab/scenario/duration_text.hpp"
#include "tools/lab/scenario/scenario_fields.hpp"

#include <fmt/format.h>

#include <cstring>
#include <iterator>

namespace troupe::lab {
namespace {

/// A basic string of TOML.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      (out += '\\') += c;
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      out += fmt::format("\\u{:04X}", static_cast<unsigned char>(c));
    else
      out += c;
  }
  return out += '"';
}

class toml_writer : public form {
public:
  std::string take() { return std::move(out_); }

  void text(std::string_view key, std::string& value, text_rule, presence) override {
    line(key, quoted(value));
  }
  void flag(std::string_view key, bool& value) override { line(key, value ? "true" : "false"); }
  bool whole(std::string_view key, std::uint64_t& value, whole_range) override {
    return line(key, std::to_string(value));
  }
  void fraction(std::string_view key, std::uint32_t& millionths) override {
    auto digits = fmt::format("{}.{:06}", millionths / 1'000'000, millionths % 1'000'000);
    while (digits.ends_with('0') && digits[digits.size() - 2] != '.')
      digits.pop_back();
    line(key, digits);
  }
  void real(std::string_view key, double& value, real_range) override { line(key, fmt::format("{}", value)); }
  bool span(std::string_view key, duration& value, span_range, presence) override {
    return line(key, quoted(exact_text(value)));
  }
  void moment(std::string_view key, std::optional<duration>& value, span_range) override {
    if (value)
      line(key, quoted(exact_text(*value)));
  }
  bool node(std::string_view key, node_index& value, node_index) override {
    return line(key, quoted(node_name(value)));
  }
  void nodes(std::string_view key, std::vector<node_index>& value, node_index) override {
    list(key, value, [](node_index which) { return node_name(which); });
  }
  bool choice(std::string_view key, std::size_t& which, std::span<const std::string_view> words,
              presence) override {
    return line(key, quoted(words[which]));
  }
  void checks(std::string_view key, std::vector<check_spec>& value) override {
    list(key, value, [](const check_spec& each) { return each.name; });
  }
  std::size_t entries(std::string_view, std::size_t size, std::size_t) override { return size; }
  void open(std::string_view key) override {
    fmt::format_to(std::back_inserter(out_), "\n[{}]\n", key);
    section_ = key;
  }
  void open_entry(std::string_view key, std::size_t) override {
    fmt::format_to(std::back_inserter(out_), "\n[[{}{}{}]]\n", section_, section_.empty() ? "" : ".", key);
    ++depth_;
  }
  void close() override {
    if (depth_ == 0)
      section_ = {};
    else
      --depth_;
  }
  bool given(std::string_view) const override { return false; }
  void complain(std::string_view, std::string) override {}

private:
  bool line(std::string_view key, std::string_view value) {
    fmt::format_to(std::back_inserter(out_), "{} = {}\n", key, value);
    return true;
  }

  template <class Item, class Text>
  void list(std::string_view key, const std::vector<Item>& items, Text text) {
    std::string all;
    for (const auto& item : items)
      all += fmt::format("{}{}", all.empty() ? "" : ", ", quoted(text(item)));
    line(key, fmt::format("[{}]", all));
  }

  std::string out_;
  std::string_view section_; ///< the section of its own that is open
  std::size_t depth_ = 0;    ///< entries of lists that are open within
};

} // namespace

std::string to_toml(const scenario& what) {
  auto copy = what;
  toml_writer writer;
  describe(writer, copy);
  return writer.take();
}

std::uint64_t hash_of(const scenario& what) {
  const auto text = sha256(as_bytes(to_toml(what)));
  std::uint64_t first = 0;
  std::memcpy(&first, text.data(), sizeof first);
  return first;
}

} // namespace troupe::lab
