// SPDX-License-Identifier: BSD-3-Clause
// Scenario files of any bytes: refused with an error that names the file, or read to what its canonical text says
// again.
#include "tools/lab/scenario/scenario_loader.hpp"
#include "tools/lab/scenario/scenario_text.hpp"

#include <cstdlib>

using namespace troupe::lab;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  const auto read = parse_scenario(text, "f");
  if (!read) {
    if (read.error().empty())
      std::abort();
    for (const auto& each : read.error())
      if (!each.text.starts_with("f:"))
        std::abort();
    return 0;
  }
  const auto again = parse_scenario(to_toml(*read), "f");
  if (!again || *again != *read)
    std::abort();
  return 0;
}
