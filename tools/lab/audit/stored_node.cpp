// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/audit/stored_node.hpp"

#include "actors/store/data_directory.hpp"
#include "actors/store/folder_storage.hpp"
#include "actors/store/key_file.hpp"
#include "actors/store/lmdb_record_store.hpp"
#include "actors/store/memory_storage.hpp"
#include "actors/store/posix_file.hpp"
#include "actors/store/promise_log.hpp"
#include "tools/process/child_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <cerrno>

namespace troupe::lab {
namespace {

namespace fs = std::filesystem;

unexpected<explained> refused(const std::string& path, const std::string& why) {
  return unexpected(explained{fmt::format("{}: {}", path, why)});
}

/// Shared, so that audits may meet; a node's is exclusive. The file is not changed.
expected<store::unique_fd, explained> keep_nodes_out(const fs::path& path) {
  auto file = store::open_file(path / "lock", O_RDONLY);
  if (!file)
    return refused(path.string(),
                   "no data directory: it has no lock file (" + store::error_text(file.error()) + ")");
  if (::flock(file->get(), LOCK_SH | LOCK_NB) == 0)
    return *std::move(file);
  return refused(path.string(), errno == EWOULDBLOCK ? "a node is using it (stop that one first)"
                                                     : store::error_text(errno));
}

/// Opening a log may cut and delete: it happens to a copy.
expected<store::opened_promises, explained> replay_copy(const fs::path& folder, const peer_id& identity) {
  store::folder_storage disk{folder};
  const auto copy = std::make_shared<store::memory_storage>();
  const auto names = disk.list();
  if (!names)
    return unexpected(explained{"its promises cannot be listed"});
  for (const auto& name : *names) {
    const auto content = disk.read(name);
    if (!content || !copy->create(name, *content))
      return unexpected(explained{name + " cannot be read"});
  }
  return store::promise_log::open(copy, identity);
}

/// The copy goes with the store.
struct copied_records {
  temporary_directory aside;
  std::shared_ptr<store::record_store> on;
};

expected<std::shared_ptr<store::record_store>, explained> open_copy(const fs::path& folder,
                                                                    const peer_id& identity) {
  auto all = std::make_shared<copied_records>();
  const auto copy = fs::path{all->aside.path()} / "records";
  std::error_code failed;
  fs::copy(folder, copy, fs::copy_options::recursive, failed);
  if (failed)
    return unexpected(explained{"its records cannot be copied: " + failed.message()});
  auto opened = store::lmdb_record_store::open(copy, identity);
  if (!opened)
    return unexpected(opened.error());
  all->on = *std::move(opened);
  return std::shared_ptr<store::record_store>{all, all->on.get()};
}

} // namespace

expected<stored_node, explained> read_stored_node(const std::string& path) {
  const fs::path at{path};
  const auto lock = keep_nodes_out(at);
  if (!lock)
    return unexpected(lock.error());
  const auto format = store::read_file(at / "format", 64);
  if (!format || as_text(*format) != "troupe data 1\n")
    return refused(path, "no data directory of a format that this troupe knows");
  const auto key = store::read_key_file(at / "identity.key");
  if (!key)
    return refused(path, key.error().text);
  auto type = store::read_purpose(at, store::purpose::type);
  if (!type)
    return unexpected(type.error());
  auto network = store::read_purpose(at, store::purpose::network);
  if (!network)
    return unexpected(network.error());
  stored_node found{path, key->id(), *std::move(type), *std::move(network), {}, 0, false, nullptr};
  auto log = replay_copy(at / "promises", found.id);
  if (!log)
    return refused(path, log.error().text);
  found.promises = std::move(log->records);
  found.torn_bytes = log->torn_bytes;
  found.compacted = log->compacted;
  std::error_code failed;
  if (fs::exists(at / "records", failed)) {
    auto records = open_copy(at / "records", found.id);
    if (!records)
      return refused(path, records.error().text);
    found.records = *std::move(records);
  } else if (found.compacted) {
    return refused(path, "its promise log relies on records, and records/ is missing");
  }
  return found;
}

} // namespace troupe::lab
