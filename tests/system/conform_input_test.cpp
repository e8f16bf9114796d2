// SPDX-License-Identifier: BSD-3-Clause
// The limit of what `conform` reads; here and not among its unit tests because 64 MiB take their time.
#include "tools/conform/conform.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <sstream>

using namespace troupe;
using Catch::Contains;

namespace {

/// As many spaces as anybody reads, counted.
class endless : public std::streambuf {
public:
  std::size_t read = 0;

private:
  std::streamsize xsgetn(char* to, std::streamsize count) override {
    std::fill_n(to, count, ' ');
    read += static_cast<std::size_t>(count);
    return count;
  }
};

} // namespace

TEST_CASE("conform: input beyond the limit is refused without reading on", "[system][conform]") {
  endless spaces;
  std::istream in{&spaces};
  std::ostringstream out, err;
  const int code = run_conform("quorum", in, out, err);
  REQUIRE(code == 2);
  REQUIRE(out.str().empty());
  REQUIRE_THAT(err.str(), Contains("64 MiB"));
  REQUIRE(spaces.read > conform_input_max);
  REQUIRE(spaces.read < conform_input_max + (1 << 20));
}
