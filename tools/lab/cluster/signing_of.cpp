// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/cluster/signing_of.hpp"

#include "tools/lab/cluster/stub_signatures.hpp"

namespace troupe::lab {

signing signing_of(const life_options& options) {
  return signing_as(options.nodes->key(options.self), options.signatures);
}

signing signing_as(const key_pair& key, signatures how) {
  if (how == signatures::ed25519)
    return {[key](byte_view message) { return key.sign(message); }, verify_ed25519};
  return {[id = key.id()](byte_view message) { return stub_sign(id, message); }, stub_verify};
}

} // namespace troupe::lab
