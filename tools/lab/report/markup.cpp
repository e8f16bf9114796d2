// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/report/markup.hpp"

#include "messages/codec/utf8.hpp"
#include "messages/types/assert.hpp"

namespace troupe::lab {
namespace {

void append_escaped(std::string& out, char c) {
  switch (c) {
  case '&':
    out += "&amp;";
    break;
  case '<':
    out += "&lt;";
    break;
  case '>':
    out += "&gt;";
    break;
  case '"':
    out += "&quot;";
    break;
  case '\'':
    out += "&#39;";
    break;
  case '\n':
  case '\t':
    out += c;
    break;
  default:
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      out += "\xef\xbf\xbd";
    else
      out += c;
  }
}

} // namespace

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : mended_utf8(text))
    append_escaped(out, c);
  return out;
}

void markup::start(std::string_view name, attributes with) {
  (out_ += '<') += name;
  for (const auto& [attribute, value] : with)
    if (!value.empty())
      (((out_ += ' ') += attribute) += "=\"") += escaped(value) + '"';
}

void markup::open(std::string_view name, attributes with) {
  start(name, with);
  out_ += '>';
  open_.push_back(name);
}

void markup::close() {
  TROUPE_ASSERT(!open_.empty());
  ((out_ += "</") += open_.back()) += ">\n";
  open_.pop_back();
}

void markup::text(std::string_view content) {
  out_ += escaped(content);
}

void markup::element(std::string_view name, attributes with, std::string_view content) {
  open(name, with);
  text(content);
  close();
}

void markup::leaf(std::string_view name, attributes with) {
  start(name, with);
  out_ += "/>\n";
}

void markup::append(const markup& part) {
  out_ += part.finished();
}

void markup::style(std::string_view sheet) {
  TROUPE_ASSERT(sheet.find_first_of("<&") == std::string_view::npos);
  ((out_ += "<style>") += sheet) += "</style>\n";
}

const std::string& markup::finished() const {
  TROUPE_ASSERT(open_.empty());
  return out_;
}

} // namespace troupe::lab
