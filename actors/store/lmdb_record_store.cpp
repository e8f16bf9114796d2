// SPDX-License-Identifier: BSD-3-Clause
#include "actors/store/lmdb_record_store.hpp"

#include "actors/store/posix_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <lmdb.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace troupe::store {
namespace {

namespace fs = std::filesystem;

constexpr unsigned databases = 2;
constexpr mdb_mode_t file_mode = 0600;
// NOTLS: the store actor may run on another thread each time. NORDAHEAD: what is read is scattered.
constexpr unsigned flags = MDB_NOTLS | MDB_NOLOCK | MDB_NORDAHEAD;
constexpr auto file_name = "data.mdb";
constexpr std::string_view format_key = "format", identity_key = "identity",
                           format_prefix = "troupe records ";

unexpected<explained> refused(const fs::path& folder, std::string_view why) {
  return unexpected(explained{fmt::format("the records in {} cannot be used: {}", folder.string(), why)});
}

unexpected<explained> failed_at(const fs::path& folder, std::string_view what, int code) {
  return refused(folder, fmt::format("{}: {} (put the folder back as it was, or start with a new data "
                                     "directory, which has a new key)",
                                     what, ::mdb_strerror(code)));
}

MDB_val value_of(byte_view data) {
  return {data.size(), const_cast<std::uint8_t*>(data.data())}; // LMDB's C API; it does not write to it
}

byte_view view_of(const MDB_val& value) {
  return {static_cast<const std::uint8_t*>(value.mv_data), value.mv_size};
}

store_errc meaning(int code) {
  switch (code) {
  case ENOSPC:
  case EDQUOT:
  case EFBIG:
  case MDB_MAP_FULL:
    return store_errc::no_space;
  case MDB_CORRUPTED:
  case MDB_PAGE_NOTFOUND:
    return store_errc::record_damaged;
  default:
    return store_errc::io_failed;
  }
}

/// Of what a commit writes, roughly: whole pages around each change.
std::size_t size_of(const std::map<bytes, std::optional<bytes>>& changes) {
  constexpr std::size_t page = 4096;
  std::size_t size = 0;
  for (const auto& [key, sealed] : changes)
    size += page + key.size() + (sealed ? sealed->size() : 0);
  return size;
}

/// A transaction that is given up unless it is committed.
class transaction {
public:
  transaction(MDB_env* in, unsigned how) : code_(::mdb_txn_begin(in, nullptr, how, &txn_)) {}
  transaction(const transaction&) = delete;
  transaction& operator=(const transaction&) = delete;
  ~transaction() {
    if (txn_)
      ::mdb_txn_abort(txn_);
  }

  int begun() const { return code_; }
  MDB_txn* get() const { return txn_; }
  int commit() { return ::mdb_txn_commit(std::exchange(txn_, nullptr)); }

private:
  MDB_txn* txn_ = nullptr;
  int code_;
};

struct cursor_closer {
  void operator()(MDB_cursor* cursor) const { ::mdb_cursor_close(cursor); }
};
using cursor = std::unique_ptr<MDB_cursor, cursor_closer>;

} // namespace

struct lmdb_record_store::environment {
  MDB_env* env = nullptr;
  MDB_dbi about = 0; ///< what this environment is
  MDB_dbi records = 0;

  environment() = default;
  environment(const environment&) = delete;
  environment& operator=(const environment&) = delete;
  ~environment() {
    if (env)
      ::mdb_env_close(env);
  }

  int open(const fs::path& folder, std::size_t map_size) {
    int failed = ::mdb_env_create(&env);
    if (!failed)
      failed = ::mdb_env_set_maxdbs(env, databases);
    if (!failed)
      failed = ::mdb_env_set_mapsize(env, map_size);
    return failed ? failed : ::mdb_env_open(env, folder.c_str(), flags, file_mode);
  }
  int open_databases(MDB_txn* txn, unsigned how) {
    const int failed = ::mdb_dbi_open(txn, "about", how, &about);
    return failed ? failed : ::mdb_dbi_open(txn, "records", how, &records);
  }
  /// Whether there is more address space now.
  bool grow() {
    MDB_envinfo now{};
    return ::mdb_env_info(env, &now) == 0 && now.me_mapsize < record_map_max &&
           ::mdb_env_set_mapsize(env, now.me_mapsize * 2) == 0;
  }
  /// A file that ends before the last page it speaks of would end the process when that page is read. With
  /// zeros in their place lost pages are damage that is noticed.
  int pad(const fs::path& file) {
    MDB_envinfo now{};
    MDB_stat page{};
    struct stat facts {};
    if (::mdb_env_info(env, &now) != 0 || ::mdb_env_stat(env, &page) != 0)
      return EIO;
    if (::stat(file.c_str(), &facts) != 0)
      return errno;
    const auto needed = static_cast<off_t>((now.me_last_pgno + 1) * page.ms_psize);
    if (facts.st_size >= needed)
      return 0;
    return ::truncate(file.c_str(), needed) == 0 ? 0 : errno;
  }
  /// What writing so much beside the environment says; EIO if nothing.
  int probe(std::size_t size) const {
    const char* folder = nullptr;
    if (::mdb_env_get_path(env, &folder) != 0)
      return EIO;
    const auto name = fs::path{folder} / ".room";
    int failed = EIO;
    if (const auto file = open_file(name, O_WRONLY | O_CREAT | O_TRUNC); !file)
      failed = file.error();
    else if (const int code = write_all(file->get(), bytes(size)))
      failed = code;
    ::unlink(name.c_str());
    return failed;
  }
  int apply(const sealed_changes& changes) {
    transaction txn{env, 0};
    if (txn.begun())
      return txn.begun();
    for (const auto& [key, sealed] : changes) {
      auto at = value_of(key);
      auto what = sealed ? value_of(*sealed) : MDB_val{};
      const int failed =
        sealed ? ::mdb_put(txn.get(), records, &at, &what, 0) : ::mdb_del(txn.get(), records, &at, nullptr);
      if (failed && !(failed == MDB_NOTFOUND && !sealed))
        return failed;
    }
    return txn.commit();
  }
  /// Of the database `about`, none if it is missing or damaged.
  std::optional<bytes> fact(MDB_txn* txn, std::string_view name) {
    auto at = value_of(as_bytes(name));
    MDB_val found{};
    if (::mdb_get(txn, about, &at, &found) != 0)
      return std::nullopt;
    const auto value = unseal_record(as_bytes(name), view_of(found));
    return value ? std::optional{to_bytes(*value)} : std::nullopt;
  }
  int put_fact(MDB_txn* txn, std::string_view name, byte_view value) {
    const auto sealed = seal_record(as_bytes(name), value);
    auto at = value_of(as_bytes(name));
    auto what = value_of(sealed);
    return ::mdb_put(txn, about, &at, &what, 0);
  }
};

namespace {

/// Empty if the environment is this identity's and of a format that this troupe knows.
std::string mismatch(const std::optional<bytes>& format, const std::optional<bytes>& owner,
                     const peer_id& identity) {
  if (!format || !owner || !as_text(*format).starts_with(format_prefix))
    return "what they are is damaged";
  if (as_text(*format) != fmt::format("{}{}", format_prefix, record_format_version))
    return fmt::format("they have the format \"{}\", this troupe knows {} (use the newer troupe)",
                       as_text(*format), record_format_version);
  if (!std::ranges::equal(*owner, identity.multihash()))
    return fmt::format("they are not those of this node's key {} (use the key that belongs to them)",
                       short_name(identity));
  return {};
}

} // namespace

expected<void, explained> lmdb_record_store::make(const fs::path& folder, const peer_id& identity) {
  const auto draft = folder.parent_path() / ("." + folder.filename().string() + ".new");
  std::error_code failed;
  if (fs::exists(folder, failed))
    return refused(folder, "they exist already");
  fs::remove_all(draft, failed); // what a crash left
  if (::mkdir(draft.c_str(), 0700) != 0)
    return refused(folder, error_text(errno));
  {
    environment made;
    int code = made.open(draft, record_map_size);
    if (code == 0) {
      transaction txn{made.env, 0};
      code = txn.begun();
      if (!code)
        code = made.open_databases(txn.get(), MDB_CREATE);
      if (!code)
        code = made.put_fact(txn.get(), format_key,
                             as_bytes(fmt::format("{}{}", format_prefix, record_format_version)));
      if (!code)
        code = made.put_fact(txn.get(), identity_key, identity.multihash());
      if (!code)
        code = txn.commit();
    }
    if (code)
      return failed_at(folder, "they cannot be made", code);
  }
  int code = sync_folder(draft);
  if (!code && ::rename(draft.c_str(), folder.c_str()) != 0)
    code = errno;
  if (!code)
    code = sync_folder(folder.parent_path());
  if (code)
    return refused(folder, error_text(code));
  return {};
}

expected<std::shared_ptr<lmdb_record_store>, explained>
lmdb_record_store::open(const fs::path& folder, const peer_id& identity, std::size_t map_size) {
  std::error_code failed;
  if (!fs::is_regular_file(folder / file_name, failed)) // LMDB would make one
    return refused(folder, "they are missing");
  auto made = std::make_unique<environment>();
  if (const int code = made->open(folder, map_size)) {
    const auto hint = code == MDB_VERSION_MISMATCH ? "a newer LMDB wrote them" : "they cannot be opened";
    return failed_at(folder, hint, code);
  }
  if (const int code = made->pad(folder / file_name))
    return refused(folder, error_text(code));
  {
    transaction txn{made->env, MDB_RDONLY};
    int code = txn.begun();
    if (!code)
      code = made->open_databases(txn.get(), 0);
    if (code)
      return failed_at(folder, "they are damaged", code);
    const auto why =
      mismatch(made->fact(txn.get(), format_key), made->fact(txn.get(), identity_key), identity);
    if (!why.empty())
      return refused(folder, why);
    if ((code = txn.commit()) != 0) // keeps the databases open
      return failed_at(folder, "they cannot be read", code);
  }
  return std::shared_ptr<lmdb_record_store>{new lmdb_record_store{std::move(made)}};
}

lmdb_record_store::lmdb_record_store(std::unique_ptr<environment> in) : in_(std::move(in)) {}

lmdb_record_store::~lmdb_record_store() = default;

expected<std::optional<bytes>, store_errc> lmdb_record_store::load(byte_view key) {
  if (key.empty() || key.size() > record_key_max)
    return std::nullopt;
  const transaction txn{in_->env, MDB_RDONLY};
  if (txn.begun())
    return unexpected(meaning(txn.begun()));
  auto at = value_of(key);
  MDB_val found{};
  const int code = ::mdb_get(txn.get(), in_->records, &at, &found);
  if (code == MDB_NOTFOUND)
    return std::nullopt;
  if (code)
    return unexpected(meaning(code));
  return to_bytes(view_of(found));
}

expected<void, store_errc> lmdb_record_store::walk(byte_view from, const visitor& visit) {
  const transaction txn{in_->env, MDB_RDONLY};
  if (txn.begun())
    return unexpected(meaning(txn.begun()));
  MDB_cursor* opened = nullptr;
  if (const int code = ::mdb_cursor_open(txn.get(), in_->records, &opened))
    return unexpected(meaning(code));
  const cursor place{opened};
  auto key = value_of(from);
  MDB_val found{};
  int code = ::mdb_cursor_get(opened, &key, &found, from.empty() ? MDB_FIRST : MDB_SET_RANGE);
  while (code == 0 && visit(view_of(key), view_of(found)))
    code = ::mdb_cursor_get(opened, &key, &found, MDB_NEXT);
  if (code && code != MDB_NOTFOUND)
    return unexpected(meaning(code));
  return {};
}

expected<void, store_errc> lmdb_record_store::commit(const sealed_changes& changes) {
  for (;;) {
    const int code = in_->apply(changes);
    if (code == 0)
      return {};
    if (code == MDB_MAP_FULL && in_->grow())
      continue;
    // LMDB calls a write that was cut short an input/output error, and a disk that gets full cuts one short.
    return unexpected(meaning(code == EIO ? in_->probe(size_of(changes)) : code));
  }
}

} // namespace troupe::store
