// SPDX-License-Identifier: BSD-3-Clause
// Writes HTML and the SVG inside it as well-formed elements. Everything that enters is escaped here and only
// here: names, errors and faults come from users. Pure.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe::lab {

/// For text and for attribute values in double or single quotes. Control characters, and bytes that are no
/// UTF-8, become U+FFFD.
std::string escaped(std::string_view text);

class markup {
public:
  using attributes = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  /// Element and attribute names are literals; values are escaped. An attribute with an empty value is left
  /// out.
  void open(std::string_view name, attributes with = {});
  void close();
  void text(std::string_view content);
  /// An element of text only.
  void element(std::string_view name, std::string_view content) { element(name, {}, content); }
  void element(std::string_view name, attributes with, std::string_view content);
  /// An element without content: an SVG shape, or a void element of HTML.
  void leaf(std::string_view name, attributes with = {});
  /// Joins what another writer made; it has closed all its elements.
  void append(const markup& part);
  /// A style sheet of ours: no user's text, no "<" and no "&".
  void style(std::string_view sheet);

  /// Everything so far; all elements are closed.
  const std::string& finished() const;

private:
  void start(std::string_view name, attributes with);

  std::string out_;
  std::vector<std::string_view> open_;
};

} // namespace troupe::lab
