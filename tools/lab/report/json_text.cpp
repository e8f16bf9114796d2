// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/report/json_text.hpp"

#include "messages/codec/utf8.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace troupe::lab {
namespace {

namespace json = boost::json;

constexpr std::size_t line_columns_max = 100;

bool is_plain(char c) {
  return static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x7f && c != '"' &&
         c != '\\';
}

void append_escaped(std::string& out, char c) {
  switch (c) {
  case '"':
  case '\\':
    (out += '\\') += c;
    break;
  case '\n':
    out += "\\n";
    break;
  case '\t':
    out += "\\t";
    break;
  default:
    if (static_cast<unsigned char>(c) < 0x20)
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
    else
      out += c;
  }
}

void append_line(std::string& out, const json::value& value) {
  const auto list = [&](const auto& members, char open, char close, const auto& append_member) {
    out += open;
    bool first = true;
    for (const auto& member : members) {
      if (!std::exchange(first, false))
        out += ", ";
      append_member(member);
    }
    out += close;
  };
  switch (value.kind()) {
  case json::kind::null:
    out += "null";
    break;
  case json::kind::bool_:
    out += value.get_bool() ? "true" : "false";
    break;
  case json::kind::int64:
    fmt::format_to(std::back_inserter(out), "{}", value.get_int64());
    break;
  case json::kind::uint64:
    fmt::format_to(std::back_inserter(out), "{}", value.get_uint64());
    break;
  case json::kind::double_:
    if (std::isfinite(value.get_double()))
      fmt::format_to(std::back_inserter(out), "{}", value.get_double());
    else
      out += "null";
    break;
  case json::kind::string:
    append_json_string(out, {value.get_string().data(), value.get_string().size()});
    break;
  case json::kind::array:
    list(value.get_array(), '[', ']', [&](const json::value& member) { append_line(out, member); });
    break;
  case json::kind::object:
    list(value.get_object(), '{', '}', [&](const json::key_value_pair& member) {
      append_json_string(out, {member.key().data(), member.key().size()});
      out += ": ";
      append_line(out, member.value());
    });
    break;
  }
}

void append_text(std::string& out, const json::value& value, std::size_t depth) {
  std::string line;
  append_line(line, value);
  const bool nests = value.is_array() || value.is_object();
  if (!nests || (depth > 0 && line.size() + 2 * depth <= line_columns_max)) {
    out += line;
    return;
  }
  const std::string indent(2 * (depth + 1), ' ');
  const auto members = [&](const auto& all, const auto& append_member) {
    bool first = true;
    for (const auto& member : all) {
      out += std::exchange(first, false) ? "\n" : ",\n";
      out += indent;
      append_member(member);
    }
    (out += '\n').append(2 * depth, ' ');
  };
  out += value.is_array() ? '[' : '{';
  if (value.is_array())
    members(value.get_array(), [&](const json::value& member) { append_text(out, member, depth + 1); });
  else
    members(value.get_object(), [&](const json::key_value_pair& member) {
      append_json_string(out, {member.key().data(), member.key().size()});
      out += ": ";
      append_text(out, member.value(), depth + 1);
    });
  out += value.is_array() ? ']' : '}';
}

} // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  if (std::ranges::all_of(text, is_plain))
    out += text;
  else
    for (const char c : mended_utf8(text))
      append_escaped(out, c);
  out += '"';
}

std::string json_text(const json::value& value) {
  std::string out;
  append_text(out, value, 0);
  return out += '\n';
}

std::string json_line(const json::value& value) {
  std::string out;
  append_line(out, value);
  return out += '\n';
}

} // namespace troupe::lab
