// SPDX-License-Identifier: BSD-3-Clause
#include "transport/admission/host_key.hpp"

#include <algorithm>

namespace troupe::transport {

host_key host_of(byte_view address) {
  constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  host_key key;
  if (address.size() == 16 && std::equal(mapped_prefix.begin(), mapped_prefix.end(), address.begin()))
    address = address.subspan(12);
  if (address.size() == 4) {
    key.data[0] = 4;
    std::copy_n(address.begin(), 4, key.data.begin() + 1);
  } else if (address.size() == 16) {
    key.data[0] = 6;
    std::copy_n(address.begin(), 8, key.data.begin() + 1);
  }
  return key;
}

host_key host_of(const multiaddr& address) {
  const auto parts = address.components();
  if (parts.empty() || (parts[0].code != multiaddr_code::ip4 && parts[0].code != multiaddr_code::ip6))
    return {};
  return host_of(byte_view{parts[0].value});
}

} // namespace troupe::transport
