// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/scenario/known_keys.hpp"

#include "tools/lab/scenario/fault_fields.hpp"
#include "tools/lab/scenario/scenario_fields.hpp"
#include "tools/lab/scenario/scenario_names.hpp"

namespace troupe::lab {
namespace {

class key_collector : public form {
public:
  explicit key_collector(std::vector<known_key>& into) : into_{into} {}
  /// All that follows belongs to a list's entry of this kind.
  void within(std::string_view section, std::string_view kind) {
    section_ = section;
    kind_ = kind;
  }

  void text(std::string_view key, std::string&, text_rule, presence) override { take(key); }
  void flag(std::string_view key, bool&) override { take(key); }
  bool whole(std::string_view key, std::uint64_t&, whole_range) override { return take(key); }
  void fraction(std::string_view key, std::uint32_t&) override { take(key); }
  void real(std::string_view key, double&, real_range) override { take(key); }
  bool span(std::string_view key, duration&, span_range, presence) override { return take(key); }
  void moment(std::string_view key, std::optional<duration>&, span_range) override { take(key); }
  bool node(std::string_view key, node_index&, node_index) override { return take(key); }
  void nodes(std::string_view key, std::vector<node_index>&, node_index) override { take(key); }
  bool choice(std::string_view key, std::size_t&, std::span<const std::string_view>, presence) override {
    return take(key);
  }
  void checks(std::string_view key, std::vector<check_spec>&) override { take(key); }
  std::size_t entries(std::string_view key, std::size_t size, std::size_t) override {
    take(key);
    return size;
  }
  void open(std::string_view key) override {
    take(key);
    section_ = key;
  }
  void open_entry(std::string_view key, std::size_t) override {
    outer_ = section_;
    section_ = key == "link" ? "network.link" : key;
  }
  void close() override { section_ = outer_, outer_ = {}; }
  /// Whatever another key calls for is there.
  bool given(std::string_view) const override { return true; }
  void complain(std::string_view, std::string) override {}

private:
  bool take(std::string_view key) {
    into_.push_back({section_, kind_, key});
    return true;
  }

  std::vector<known_key>& into_;
  std::string_view section_;
  std::string_view outer_;
  std::string_view kind_;
};

std::vector<known_key> collected() {
  std::vector<known_key> all;
  key_collector into{all};
  scenario sample;
  sample.expected_to_fail = true;
  sample.network.links.resize(1);
  sample.roles.resize(1);
  describe(into, sample);
  for (std::size_t kind = 0; kind < workload_names.size(); ++kind) {
    into.within("workload", workload_names[kind]);
    workload_spec workload;
    if (kind == 1)
      workload = membership_spec{};
    describe_workload(into, workload, sample, sample.nodes);
  }
  for (std::size_t kind = 0; kind < fault_names.size(); ++kind) {
    into.within("fault", fault_names[kind]);
    fault_spec fault;
    fault.kind = static_cast<fault_kind>(kind);
    describe_fault(into, fault, sample.nodes, sample.load);
  }
  return all;
}

} // namespace

const std::vector<known_key>& known_keys() {
  static const auto all = collected();
  return all;
}

} // namespace troupe::lab
