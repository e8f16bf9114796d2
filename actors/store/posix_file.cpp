// SPDX-License-Identifier: BSD-3-Clause
#include "actors/store/posix_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace troupe::store {
namespace {

// What create_whole writes before the file gets its name. The dot keeps it out of every listing.
std::filesystem::path unnamed(const std::filesystem::path& path) {
  return path.parent_path() / ("." + path.filename().string() + ".new");
}

} // namespace

unique_fd::~unique_fd() {
  if (fd_ >= 0)
    ::close(fd_);
}

expected<unique_fd, int> open_file(const std::filesystem::path& path, int flags) {
  for (;;) {
    const int fd = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
    if (fd >= 0)
      return unique_fd{fd};
    if (errno != EINTR)
      return unexpected(errno);
  }
}

expected<bytes, int> read_file(const std::filesystem::path& path, std::size_t size_max) {
  // Not blocking: a FIFO in the place of a file must not hang the node.
  const auto file = open_file(path, O_RDONLY | O_NONBLOCK);
  if (!file)
    return unexpected(file.error());
  struct stat facts {};
  if (::fstat(file->get(), &facts) != 0)
    return unexpected(errno);
  if (!S_ISREG(facts.st_mode))
    return unexpected(EINVAL);
  if (facts.st_size < 0 || static_cast<std::uintmax_t>(facts.st_size) > size_max)
    return unexpected(EFBIG);
  bytes content(static_cast<std::size_t>(facts.st_size));
  std::size_t done = 0;
  while (done < content.size()) {
    const auto n = ::read(file->get(), content.data() + done, content.size() - done);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return unexpected(n < 0 ? errno : EIO);
    done += static_cast<std::size_t>(n);
  }
  return content;
}

int write_all(int fd, byte_view data) {
  while (!data.empty()) {
    const auto n = ::write(fd, data.data(), data.size());
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return errno;
    data = data.subspan(static_cast<std::size_t>(n));
  }
  return 0;
}

int sync_folder(const std::filesystem::path& folder) {
  const auto opened = open_file(folder, O_RDONLY | O_DIRECTORY);
  if (!opened)
    return opened.error();
  return ::fsync(opened->get()) == 0 ? 0 : errno;
}

int create_whole(const std::filesystem::path& path, byte_view content) {
  const auto draft = unnamed(path);
  ::unlink(draft.c_str()); // what a crash left; its mode, or where it links to, must not be inherited
  {
    const auto file = open_file(draft, O_WRONLY | O_CREAT | O_EXCL);
    if (!file)
      return file.error();
    if (const int failed = write_all(file->get(), content)) {
      ::unlink(draft.c_str());
      return failed;
    }
    if (::fsync(file->get()) != 0) {
      const int failed = errno;
      ::unlink(draft.c_str());
      return failed;
    }
  }
  // link and not rename: it fails if the name is taken, so nothing is ever overwritten.
  int failed = ::link(draft.c_str(), path.c_str()) == 0 ? 0 : errno;
  ::unlink(draft.c_str());
  if (failed)
    return failed;
  failed = sync_folder(path.parent_path());
  if (failed)
    ::unlink(path.c_str()); // so that it can be tried again
  return failed;
}

std::string error_text(int code) {
  return std::generic_category().message(code);
}

} // namespace troupe::store
