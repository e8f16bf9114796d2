// SPDX-License-Identifier: BSD-3-Clause
// results_from: the way back of results_json.cpp. The file may come from anywhere: each field is checked, and
// the first one that is wrong is named.
#include "tools/lab/report/results_json.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

namespace troupe::lab {
namespace {

namespace json = boost::json;

// Reads one object; keeps the first complaint and hands out empty values after it.
class field_reader {
public:
  field_reader(const json::object& from, std::string& complaint) : from_(from), complaint_(complaint) {}

  std::string text(std::string_view name) {
    const auto* const value = find(name);
    if (value && value->is_string())
      return {value->get_string().data(), value->get_string().size()};
    return complain<std::string>(name, "a text");
  }

  std::uint64_t whole(std::string_view name) {
    const auto* const value = find(name);
    boost::system::error_code failed;
    const auto number = value && (value->is_int64() || value->is_uint64())
                          ? value->to_number<std::uint64_t>(failed)
                          : (failed = make_error_code(json::error::not_exact), 0);
    return failed ? complain<std::uint64_t>(name, "a whole number") : number;
  }

  bool truth(std::string_view name) {
    const auto* const value = find(name);
    return value && value->is_bool() ? value->get_bool() : complain<bool>(name, "true or false");
  }

  // Nothing for null.
  std::optional<bool> truth_or_null(std::string_view name) {
    const auto* const value = find(name);
    return value && value->is_null() ? std::nullopt : std::optional{truth(name)};
  }

  // Nothing for null.
  std::optional<double> number(std::string_view name) {
    const auto* const value = find(name);
    if (value && value->is_null())
      return std::nullopt;
    if (value && value->is_number())
      return value->to_number<double>();
    return complain<std::optional<double>>(name, "a number or null");
  }

  duration time(std::string_view name) {
    const auto* const value = find(name);
    const auto seconds = value && value->is_number() ? value->to_number<double>() : -1;
    if (seconds >= 0 && seconds <= seconds_max)
      return duration{static_cast<duration::rep>(seconds * 1e9 + 0.5)};
    return complain<duration>(name, "seconds");
  }

  const json::object& object(std::string_view name) {
    static const json::object none;
    const auto* const value = find(name);
    return value && value->is_object() ? value->get_object() : (complain<int>(name, "an object"), none);
  }

  const json::array& array(std::string_view name) {
    static const json::array none;
    const auto* const value = find(name);
    return value && value->is_array() ? value->get_array() : (complain<int>(name, "a list"), none);
  }

  std::vector<std::string> texts(std::string_view name) {
    std::vector<std::string> all;
    for (const auto& each : array(name))
      if (each.is_string())
        all.emplace_back(each.get_string().data(), each.get_string().size());
      else
        complain<int>(name, "a list of texts");
    return all;
  }

  template <class Value>
  Value complain(std::string_view name, std::string_view wanted) {
    if (complaint_.empty())
      complaint_ = fmt::format("\"{}\" is missing or not {}", name, wanted);
    return {};
  }

private:
  static constexpr double seconds_max = 4e9; ///< about 126 years; a duration holds twice that

  const json::value* find(std::string_view name) { return from_.if_contains(name); }

  const json::object& from_;
  std::string& complaint_;
};

verdict verdict_from(field_reader& fields) {
  const auto name = fields.text("verdict");
  for (const auto each : {verdict::passed, verdict::failed, verdict::partial})
    if (name == verdict_name(each))
      return each;
  return fields.complain<verdict>("verdict", "passed, failed or partial");
}

run_mode mode_from(field_reader& fields) {
  const auto name = fields.text("mode");
  for (const auto each : {run_mode::sim, run_mode::local})
    if (name == mode_name(each))
      return each;
  return fields.complain<run_mode>("mode", "sim or local");
}

bool expectation_from(field_reader& fields) {
  const auto name = fields.text("expect");
  return name == "pass" || name == "fail" ? name == "fail" : fields.complain<bool>("expect", "pass or fail");
}

std::vector<check_result> checks_from(field_reader& fields, std::string& complaint) {
  std::vector<check_result> all;
  for (const auto& each : fields.array("checks")) {
    if (!each.is_object()) {
      fields.complain<int>("checks", "a list of objects");
      break;
    }
    field_reader in(each.get_object(), complaint);
    const auto passed = in.truth_or_null("passed");
    check_result one{in.text("name"), passed.value_or(true), in.text("detail"), {}, passed.has_value()};
    if (each.get_object().contains("violated_at_s"))
      one.violated_at = in.time("violated_at_s");
    all.push_back(std::move(one));
  }
  return all;
}

std::vector<fault_record> faults_from(field_reader& fields, std::string& complaint) {
  std::vector<fault_record> all;
  for (const auto& each : fields.array("faults")) {
    if (!each.is_object()) {
      fields.complain<int>("faults", "a list of objects");
      break;
    }
    field_reader in(each.get_object(), complaint);
    all.push_back({in.text("kind"), in.text("subject"), in.time("from_s"), in.time("until_s")});
  }
  return all;
}

run_figures figures_from(field_reader in) {
  return {in.number("messages_per_operation"), in.number("bytes_per_operation"),
          in.number("latency_p50_us"),         in.number("latency_p90_us"),
          in.number("latency_p99_us"),         in.number("latency_max_us"),
          in.number("availability"),           in.number("ok_share")};
}

run_record run_from(const json::object& object, std::string& complaint) {
  field_reader in(object, complaint);
  run_record run;
  run.scenario = in.text("scenario");
  run.scenario_file = in.text("scenario_file");
  run.scenario_text = object.contains("scenario_text") ? in.text("scenario_text") : "";
  run.algorithm = in.text("algorithm");
  run.seed = in.whole("seed");
  run.mode = mode_from(in);
  run.revision = in.text("revision");
  run.outcome = verdict_from(in);
  run.expected_to_fail = expectation_from(in);
  run.reason = in.text("reason");
  run.interrupted =
    object.contains("interrupted") ? in.truth("interrupted") : run.outcome == verdict::partial;
  run.trace_hash = in.text("trace_hash");
  run.nodes = in.whole("nodes");
  run.events = in.whole("events");
  run.messages = in.whole("messages");
  run.bytes = in.whole("bytes");
  run.virtual_time = in.time("virtual_s");
  run.wall = in.time("wall_s");
  run.load_until = in.time("load_s");
  run.faults = faults_from(in, complaint);
  run.checks = checks_from(in, complaint);
  run.marks = in.texts("marks");
  run.notes = in.texts("notes");
  return run;
}

} // namespace

expected<stored_results, explained> results_from(const json::value& value) {
  std::string complaint;
  const auto* const object = value.if_object();
  if (!object)
    return unexpected(explained{"it holds no JSON object"});
  const auto format = field_reader(*object, complaint).whole("format");
  if (!complaint.empty())
    return unexpected(explained{complaint + ", so it is no result of the laboratory"});
  if (format != results_format)
    return unexpected(explained{fmt::format(
      "it has format {}, this program reads {}: {}", format, results_format,
      format > results_format ? "use the newer program that wrote it" : "run the scenario again")});
  stored_results out;
  out.run = run_from(*object, complaint);
  field_reader in(*object, complaint);
  field_reader operations(in.object("operations"), complaint);
  out.operations = {operations.whole("ok"), operations.whole("failed"), operations.whole("unknown")};
  out.figures = figures_from(field_reader(in.object("figures"), complaint));
  if (!complaint.empty())
    return unexpected(explained{std::move(complaint)});
  return out;
}

} // namespace troupe::lab
