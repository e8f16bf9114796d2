// SPDX-License-Identifier: BSD-3-Clause
// Any bytes as the answer of a name server to a TXT question.
#include "transport/address/txt_answer.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto texts = troupe::transport::txt_records({data, size});
  if (texts && texts->size() > troupe::transport::dns_records_max)
    __builtin_trap();
  return 0;
}
