// SPDX-License-Identifier: BSD-3-Clause
// The few file calls that the store needs, durable and retried over signals. Errors are errno values, 0 =
// none. Blocking: the store's thread, or a start-up path.
#pragma once

#include "messages/types/bytes.hpp"
#include "messages/types/expected.hpp"

#include <filesystem>
#include <string>
#include <utility>

namespace troupe::store {

class unique_fd {
public:
  unique_fd() = default;
  explicit unique_fd(int fd) : fd_(fd) {}
  unique_fd(unique_fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  unique_fd& operator=(unique_fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~unique_fd();

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

private:
  int fd_ = -1;
};

/// Opens with O_CLOEXEC; new files get mode 0600.
expected<unique_fd, int> open_file(const std::filesystem::path& path, int flags);
/// The whole file, if it is a regular one of at most `size_max` bytes (else EFBIG or EINVAL).
expected<bytes, int> read_file(const std::filesystem::path& path, std::size_t size_max);
int write_all(int fd, byte_view data);
int sync_folder(const std::filesystem::path& folder);
/// A new file of mode 0600, durable; after a crash it is there whole or not at all. EEXIST if the name is
/// taken.
int create_whole(const std::filesystem::path& path, byte_view content);

/// "No such file or directory", with errno's number as a last resort.
std::string error_text(int code);

} // namespace troupe::store
