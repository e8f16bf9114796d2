// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/shrink/shrink.hpp"

#include "tools/lab/scenario/scenario_loader.hpp"
#include "tools/lab/scenario/scenario_text.hpp"

#include <set>

namespace troupe::lab {
namespace {

class shrinking {
public:
  shrinking(const scenario& failing, std::uint64_t seed, const shrink_oracle& oracle,
            const shrink_options& how)
    : oracle_(oracle), how_(how) {
    best_.what = failing;
    best_.seed = seed;
    tried_.insert(to_toml(failing));
  }

  shrunk_scenario run(const std::vector<shrink_pass>& passes) {
    bool smaller = true;
    while (smaller && !spent_) {
      smaller = false;
      for (const auto& pass : passes)
        while (improves(pass))
          smaller = true;
    }
    best_.finished = !spent_;
    return std::move(best_);
  }

private:
  /// Whether a candidate of the pass took the place of the best.
  bool improves(const shrink_pass& pass) {
    for (const auto& candidate : pass(best_.what)) {
      auto text = to_toml(candidate.what);
      auto sound = parse_scenario(text, best_.what.file);
      if (!sound || !tried_.insert(std::move(text)).second)
        continue;
      spent_ = spent_ || best_.tries == how_.tries_max || how_.interrupted();
      if (spent_)
        return false;
      ++best_.tries;
      const auto seed = oracle_(*sound, best_.seed);
      if (how_.tell)
        how_.tell(best_.tries, seed ? candidate.change : "");
      if (!seed)
        continue;
      best_.what = std::move(*sound);
      best_.seed = *seed;
      return true;
    }
    return false;
  }

  const shrink_oracle& oracle_;
  const shrink_options& how_;
  shrunk_scenario best_;
  std::set<std::string> tried_;
  bool spent_ = false;
};

} // namespace

shrunk_scenario shrink(const scenario& failing, std::uint64_t seed, const std::vector<shrink_pass>& passes,
                       const shrink_oracle& oracle, const shrink_options& how) {
  return shrinking{failing, seed, oracle, how}.run(passes);
}

} // namespace troupe::lab
