// SPDX-License-Identifier: BSD-3-Clause
#include "tools/conform/conform.hpp"

#include "tools/conform/suites.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <istream>
#include <optional>
#include <ostream>

namespace troupe {
namespace {

namespace json = boost::json;

constexpr int exit_every_case = 0;
constexpr int exit_unwritten = 1;
constexpr int exit_usage = 2;
constexpr std::size_t chunk_size = 64 * 1024;

struct suite_entry {
  std::string_view name;
  conform::outcome (*evaluate)(const json::object&);
};

constexpr std::array<suite_entry, 7> suites{{{"peer-id", conform::evaluate_peer_id},
                                             {"multiaddr", conform::evaluate_multiaddr},
                                             {"tls-certificate", conform::evaluate_tls_certificate},
                                             {"quorum", conform::evaluate_quorum},
                                             {"membership", conform::evaluate_membership},
                                             {"yamux", conform::evaluate_yamux},
                                             {"orswot", conform::evaluate_orswot}}};

std::string suite_names() {
  std::array<std::string_view, suites.size()> names;
  std::ranges::transform(suites, names.begin(), &suite_entry::name);
  return fmt::format("{}", fmt::join(names, ", "));
}

/// Nothing if there is more than the limit.
std::optional<std::string> read_all(std::istream& in) {
  std::string text;
  std::array<char, chunk_size> chunk;
  do {
    in.read(chunk.data(), chunk.size());
    text.append(chunk.data(), static_cast<std::size_t>(in.gcount()));
    if (text.size() > conform_input_max)
      return std::nullopt;
  } while (in);
  return text;
}

expected<json::value, explained> read_cases(std::istream& in) {
  const auto text = read_all(in);
  if (!text)
    return conform::bad_case(fmt::format("more than {} MiB (split the cases)", conform_input_max >> 20));
  json::error_code problem;
  auto cases = json::parse(*text, problem);
  if (problem)
    return conform::bad_case(fmt::format("unreadable JSON: {} (give an array of cases)", problem.message()));
  if (!cases.is_array())
    return conform::bad_case("not a JSON array (give an array of cases)");
  return cases;
}

json::object result_of(const suite_entry& suite, const json::value& one) {
  const auto* fields = one.if_object();
  const auto result = fields ? suite.evaluate(*fields) : conform::bad_case("the case is no object");
  return result ? *result : json::object{{"error", result.error().text}};
}

} // namespace

int run_conform(std::string_view suite, std::istream& in, std::ostream& out, std::ostream& err) {
  const auto* const chosen = std::ranges::find(suites, suite, &suite_entry::name);
  if (chosen == suites.end()) {
    err << fmt::format("troupe: conform: unknown suite '{}' (the suites are {})\n", suite, suite_names());
    return exit_usage;
  }
  const auto cases = read_cases(in);
  if (!cases) {
    err << fmt::format("troupe: conform: standard input: {}\n", cases.error().text);
    return exit_usage;
  }
  // Each result is written as soon as it stands: together they may be far larger than the input.
  const char* separator = "[";
  for (const auto& one : cases->get_array()) {
    out << separator << json::serialize(result_of(*chosen, one));
    separator = ",";
  }
  out << (cases->get_array().empty() ? "[]\n" : "]\n");
  if (out.flush())
    return exit_every_case;
  err << "troupe: conform: standard output: cannot be written\n";
  return exit_unwritten;
}

} // namespace troupe
