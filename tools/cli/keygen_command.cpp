// SPDX-License-Identifier: BSD-3-Clause
// `troupe keygen`: a fresh identity in a file of its own. The file is created here or not at all: a key that
// is already there may be the only copy of somebody's identity.
#include "tools/cli/commands.hpp"

#include "messages/codec/peer_id_text.hpp"
#include "messages/crypto/keys.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iostream>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace troupe::cli {
namespace {

constexpr mode_t owner_only = S_IRUSR | S_IWUSR;

bool write_all(int file, byte_view data) {
  while (!data.empty()) {
    const auto written = ::write(file, data.data(), data.size());
    if (written < 0 && errno != EINTR)
      return false;
    data = data.subspan(written < 0 ? 0 : static_cast<std::size_t>(written));
  }
  return true;
}

/// The name of a new file survives a crash only once its directory is synced.
bool sync_directory_of(const std::string& path) {
  const auto parent = std::filesystem::path{path}.parent_path();
  const int directory = ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0)
    return false;
  const bool synced = ::fsync(directory) == 0;
  ::close(directory);
  return synced;
}

expected<void, explained> write_new(const std::string& path, byte_view data) {
  const auto failed = [&](const char* what, int error) {
    return unexpected{explained{fmt::format("keygen: {}: {}: {}", path, what, std::strerror(error))}};
  };
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, owner_only);
  if (file < 0 && errno == EEXIST)
    return unexpected{
      explained{fmt::format("keygen: {} exists and is left as it is (give the name of a new file)", path)}};
  if (file < 0)
    return failed("cannot be created", errno);
  // fchmod because an umask may have taken the owner's own bits away.
  const bool written = ::fchmod(file, owner_only) == 0 && write_all(file, data) && ::fsync(file) == 0;
  int error = written ? 0 : errno;
  if (::close(file) != 0 && error == 0)
    error = errno;
  if (error == 0 && !sync_directory_of(path))
    error = errno;
  if (error == 0)
    return {};
  ::unlink(path.c_str());
  return failed("cannot be written", error);
}

} // namespace

int run_keygen(const keygen_options& options) {
  const auto key = key_pair::generate();
  auto secret = key.to_protobuf();
  const auto written = write_new(options.file, secret);
  ::explicit_bzero(secret.data(), secret.size());
  if (!written) {
    complain(written.error().text);
    return exit_failed;
  }
  const auto peer = to_base58(key.id());
  const auto actor = short_name(key.id());
  if (options.json)
    std::cout << boost::json::serialize(
                   boost::json::object{{"peer", peer}, {"actor", actor}, {"file", options.file}})
              << '\n';
  else
    std::cout << fmt::format("peer id {}\nactor   {}\n", peer, actor);
  return exit_ok;
}

} // namespace troupe::cli
