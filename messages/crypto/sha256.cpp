// SPDX-License-Identifier: BSD-3-Clause
#include "messages/crypto/sha256.hpp"

#include "messages/types/assert.hpp"

#include <openssl/evp.h>

#include <memory>

namespace troupe {
namespace {

struct context_deleter {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

} // namespace

digest sha256(std::initializer_list<byte_view> parts) {
  // Fetching the algorithm and allocating a context cost OpenSSL 3 more than hashing a short message.
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  thread_local const std::unique_ptr<EVP_MD_CTX, context_deleter> context{EVP_MD_CTX_new()};
  TROUPE_ASSERT(EVP_DigestInit_ex2(context.get(), algorithm, nullptr) == 1);
  for (const auto part : parts)
    TROUPE_ASSERT(EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1);
  digest result;
  TROUPE_ASSERT(EVP_DigestFinal_ex(context.get(), result.data(), nullptr) == 1);
  return result;
}

} // namespace troupe
