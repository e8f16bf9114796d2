// SPDX-License-Identifier: BSD-3-Clause
#include "actors/store/key_file.hpp"

#include "actors/store/posix_file.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>

namespace troupe::store {
namespace {

constexpr std::size_t key_file_max = 4096; // bytes

const char* reason(key_errc code) {
  switch (code) {
  case key_errc::malformed_protobuf:
    return "it is no libp2p PrivateKey";
  case key_errc::unknown_type:
    return "it is no Ed25519 key, the only type a node may have";
  case key_errc::wrong_length:
    return "the key in it has the wrong length";
  case key_errc::unusable:
    return "its private and public halves do not belong together";
  }
  return "it cannot be used";
}

} // namespace

expected<key_pair, explained> read_key_file(const std::filesystem::path& path) {
  const auto refused = [&](const std::string& why) {
    return unexpected(explained{fmt::format("the key file {} cannot be used: {}", path.string(), why)});
  };
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0)
    return refused(error_text(errno));
  if (!S_ISREG(facts.st_mode))
    return refused("it is no regular file");
  if ((facts.st_mode & 077) != 0)
    return refused(fmt::format("others have access to it, its mode is {:04o} (chmod 600 it, and take a new "
                               "key if somebody may have read this one)",
                               facts.st_mode & 07777));
  const auto content = read_file(path, key_file_max);
  if (!content)
    return refused(content.error() == EFBIG ? "it is too long to be a key" : error_text(content.error()));
  auto key = key_pair::from_protobuf(*content);
  if (!key)
    return refused(fmt::format("{} (restore it from a copy)", reason(key.error())));
  return *std::move(key);
}

expected<void, explained> write_key_file(const std::filesystem::path& path, const key_pair& key) {
  const int failed = create_whole(path, key.to_protobuf());
  if (failed == EEXIST)
    return unexpected(explained{fmt::format("the key file {} exists and is not overwritten", path.string())});
  if (failed)
    return unexpected(
      explained{fmt::format("the key file {} cannot be written: {}", path.string(), error_text(failed))});
  return {};
}

} // namespace troupe::store
