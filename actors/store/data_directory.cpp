// SPDX-License-Identifier: BSD-3-Clause
#include "actors/store/data_directory.hpp"

#include "actors/store/folder_storage.hpp"
#include "actors/store/key_file.hpp"
#include "actors/store/lmdb_record_store.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <system_error>
#include <utility>

namespace troupe::store {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view format_prefix = "troupe data ";
constexpr unsigned format_version = 1;
constexpr std::size_t format_file_max = 64;   // bytes
constexpr std::size_t purpose_file_max = 128; // bytes

/// As the flag that configures it is called.
std::string_view file_of(purpose of) {
  return of == purpose::type ? "type" : "network";
}
std::string prefix_of(purpose of) {
  return fmt::format("troupe {} ", file_of(of));
}

// Lies in the directory while it is being made, so that a crash half way is told from somebody else's
// directory.
constexpr auto making_marker = ".making";

unexpected<explained> refused(const fs::path& path, std::string_view why) {
  return unexpected(explained{fmt::format("the data directory {} cannot be used: {}", path.string(), why)});
}

unexpected<explained> failed_at(const fs::path& path, std::string_view what, int code) {
  return refused(path, fmt::format("{}: {}", what, error_text(code)));
}

enum class condition : std::uint8_t { made, half_made, empty };

expected<condition, explained> look_at(const fs::path& path) {
  const auto format = read_file(path / "format", format_file_max);
  if (format) {
    const auto text = as_text(*format);
    unsigned version = 0;
    const auto* end = text.data() + text.size();
    const auto digits = text.data() + std::min(text.size(), format_prefix.size());
    const auto [stopped, failed] = std::from_chars(digits, end, version);
    if (!text.starts_with(format_prefix) || failed != std::errc{} || std::string_view{stopped, end} != "\n")
      return refused(path, "its format file is not troupe's (choose another directory)");
    if (version > format_version)
      return refused(path, fmt::format("it has format {}, this troupe knows {} (use the newer troupe)",
                                       version, format_version));
    if (version != format_version)
      return refused(path, fmt::format("it has the unknown format {}", version));
    return condition::made;
  }
  if (format.error() != ENOENT)
    return failed_at(path, "its format file cannot be read", format.error());
  std::error_code failed;
  if (fs::exists(path / making_marker, failed))
    return condition::half_made;
  for (auto entry = fs::directory_iterator{path, failed}; !failed && entry != fs::directory_iterator{};
       entry.increment(failed))
    if (entry->path().filename() != "lock")
      return refused(
        path, fmt::format("it holds {} but no format file, so it is not troupe's (choose an empty directory)",
                          entry->path().filename().string()));
  if (failed)
    return failed_at(path, "it cannot be listed", failed.value());
  return condition::empty;
}

expected<unique_fd, explained> take_lock(const fs::path& path) {
  auto file = open_file(path / "lock", O_RDWR | O_CREAT);
  if (!file)
    return failed_at(path, "its lock file cannot be opened", file.error());
  if (::flock(file->get(), LOCK_EX | LOCK_NB) == 0)
    return *std::move(file);
  if (errno == EWOULDBLOCK)
    return refused(path, "another process is using it (stop that one, or choose another directory)");
  return failed_at(path, "it cannot be locked", errno);
}

expected<key_pair, explained> read_or_make_key(const fs::path& path, const std::optional<key_pair>& wanted) {
  std::error_code failed;
  const auto file = path / "identity.key";
  if (fs::exists(file, failed))
    return read_key_file(file);
  auto key = wanted ? *wanted : key_pair::generate();
  if (const auto written = write_key_file(file, key); !written)
    return unexpected(written.error());
  return key;
}

// Not by create_whole, whose draft would be a foreign file to whoever opens after a crash.
int mark(const fs::path& path) {
  const auto marker = open_file(path / making_marker, O_WRONLY | O_CREAT);
  return marker ? sync_folder(path) : marker.error();
}

// Every step may have been taken before a crash; the format file is the last.
expected<key_pair, explained> make(const fs::path& path, condition found,
                                   const std::optional<key_pair>& wanted) {
  if (found == condition::empty)
    if (const int failed = mark(path))
      return failed_at(path, "it cannot be written to", failed);
  auto key = read_or_make_key(path, wanted);
  if (!key)
    return key;
  const auto promises = path / "promises";
  if (::mkdir(promises.c_str(), 0700) != 0 && errno != EEXIST)
    return failed_at(path, "promises/ cannot be made", errno);
  const auto storage = std::make_shared<folder_storage>(promises);
  const auto names = storage->list();
  if (!names || names->empty())
    if (const auto created = promise_log::create(storage, key->id()); !created)
      return refused(path, created.error().text);
  if (const int failed =
        create_whole(path / "format", as_bytes(fmt::format("{}{}\n", format_prefix, format_version))))
    return failed_at(path, "its format file cannot be written", failed);
  std::error_code ignored; // a marker that stays beside a format file means nothing
  fs::remove(path / making_marker, ignored);
  return key;
}

} // namespace

data_directory::data_directory(fs::path path, unique_fd lock, key_pair identity, bool is_new)
  : path_(std::move(path)), lock_(std::move(lock)), identity_(std::move(identity)), is_new_(is_new) {}

expected<data_directory, explained> data_directory::open(const fs::path& path,
                                                         const std::optional<key_pair>& identity) {
  if (path.empty())
    return refused(path, "its name is empty");
  std::error_code failed;
  fs::create_directories(path, failed);
  if (failed)
    return failed_at(path, "it cannot be made (give a path that may be written)", failed.value());
  // Looked at before the lock file is made, which must not appear in a directory that is not ours, and again
  // under the lock.
  if (const auto found = look_at(path); !found)
    return unexpected(found.error());
  auto lock = take_lock(path);
  if (!lock)
    return unexpected(lock.error());
  const auto found = look_at(path);
  if (!found)
    return unexpected(found.error());
  const bool is_new = *found != condition::made;
  auto key = is_new ? make(path, *found, identity) : read_key_file(path / "identity.key");
  if (!key)
    return unexpected(key.error());
  if (identity && identity->id() != key->id())
    return refused(
      path, fmt::format(
              "it belongs to {}, not to the given key of {} (leave the key out, or choose another directory)",
              short_name(key->id()), short_name(identity->id())));
  return data_directory{path, *std::move(lock), *std::move(key), is_new};
}

expected<std::optional<std::string>, explained> read_purpose(const std::filesystem::path& directory,
                                                             purpose of) {
  const auto file = file_of(of);
  const auto content = read_file(directory / file, purpose_file_max);
  if (!content && content.error() == ENOENT)
    return std::nullopt;
  if (!content)
    return failed_at(directory, fmt::format("its {} file cannot be read", file), content.error());
  const auto text = as_text(*content);
  const auto prefix = prefix_of(of);
  if (!text.starts_with(prefix) || text.size() < prefix.size() + 2 || text.back() != '\n')
    return refused(directory,
                   fmt::format("its {0} file is damaged (write the line \"{1}NAME\" into it, with the "
                               "--{0} that the directory was made with)",
                               file, prefix));
  return std::string{text.substr(prefix.size(), text.size() - prefix.size() - 1)};
}

expected<void, explained> data_directory::expect(purpose of, std::string_view name) const {
  const auto known = recorded(of);
  if (!known)
    return unexpected(known.error());
  if (*known && **known != name)
    return refused(path_,
                   fmt::format("it holds data of the {0} {1}, not {2} (start with --{0} {1}, or choose "
                               "another directory)",
                               file_of(of), **known, name));
  return {};
}

expected<void, explained> data_directory::record(purpose of, std::string_view name) const {
  const auto file = file_of(of);
  if (const int failed = create_whole(path_ / file, as_bytes(fmt::format("{}{}\n", prefix_of(of), name))))
    return failed_at(path_, fmt::format("its {} file cannot be written", file), failed);
  return {};
}

expected<opened_promises, explained> data_directory::open_promises() const {
  return promise_log::open(std::make_shared<folder_storage>(path_ / "promises"), identity_.id());
}

expected<std::shared_ptr<record_store>, explained> data_directory::open_records(bool compacted) const {
  const auto folder = path_ / "records";
  std::error_code failed;
  if (!fs::exists(folder, failed)) {
    if (compacted)
      return refused(
        path_, "records/ is missing, and with it what the promise log relies on (put it back, or start with "
               "a new directory, which has a new key)");
    if (const auto made = lmdb_record_store::make(folder, identity_.id()); !made)
      return unexpected(made.error());
  }
  return lmdb_record_store::open(folder, identity_.id());
}

} // namespace troupe::store
