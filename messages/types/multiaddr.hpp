// SPDX-License-Identifier: BSD-3-Clause
// A multiaddr: a path of (code, value) pairs such as /ip4/127.0.0.1/tcp/4001/p2p/12D3Koo..., kept in its
// binary form. Source: spec/libp2p.md 1.2. An address with a code this build does not know keeps its raw
// bytes and answers known() == false: whoever received it skips it, never the message around it.
#pragma once

#include "messages/types/bytes.hpp"
#include "messages/types/expected.hpp"
#include "messages/types/peer_id.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe {

class multiaddr {
public:
  struct component {
    std::uint32_t code;
    bytes value; ///< without the length prefix of variable-size protocols
  };

  static constexpr std::size_t size_max = 1024; ///< binary bytes; longer ones are refused
  static constexpr std::size_t text_max = 8192; ///< characters; no address of size_max bytes has more

  multiaddr() = default;

  /// Text to address; the error says which part is wrong and why.
  static expected<multiaddr, explained> parse(std::string_view text);
  /// Binary to address. Fails for truncated or overlong input, integers that are not minimal, and values that
  /// no text gives; an unknown code gives known() == false, as what follows it cannot be told apart.
  static expected<multiaddr, explained> from_binary(byte_view data);
  /// The codes are known and the values valid, or it is a programmer error.
  static multiaddr from_components(const std::vector<component>& parts);

  byte_view binary() const { return binary_; }
  std::string text() const; ///< "/..."; hex of the raw bytes as "/unknown/<hex>" when not known()
  bool known() const { return known_; }
  bool empty() const { return binary_.empty(); }
  std::vector<component> components() const; ///< none when not known()

  /// The value of the first component with this code, as text ("127.0.0.1", "4001").
  std::optional<std::string> value_of(std::uint32_t code) const;
  std::optional<peer_id> peer() const; ///< of the last /p2p component
  multiaddr without_peer() const;      ///< cut before the last /p2p
  multiaddr
  with_peer(const peer_id& id) const; ///< without_peer() and /p2p/id; the same address when not known()

  friend bool operator==(const multiaddr& a, const multiaddr& b) { return a.binary_ == b.binary_; }
  friend auto operator<=>(const multiaddr& a, const multiaddr& b) { return a.binary_ <=> b.binary_; }

private:
  bytes binary_;
  bool known_ = true;
};

namespace multiaddr_code {
constexpr std::uint32_t ip4 = 4, tcp = 6, ip6 = 41, ip6zone = 42, ipcidr = 43, dns = 53, dns4 = 54, dns6 = 55,
                        dnsaddr = 56, udp = 273, p2p_circuit = 290, unix_path = 400, p2p = 421, tls = 448,
                        sni = 449, noise = 454, quic = 460, quic_v1 = 461, webtransport = 465, certhash = 466,
                        ws = 477, wss = 478, webrtc_direct = 280, memory = 777;
}

} // namespace troupe
