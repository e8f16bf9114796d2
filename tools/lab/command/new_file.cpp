// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/command/new_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include <fcntl.h>
#include <unistd.h>

namespace troupe::lab {

expected<new_file, explained> new_file::make(const std::string& path) {
  const int handle = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (handle < 0)
    return unexpected(explained{
      errno == EEXIST ? fmt::format("{} exists and is not overwritten: name another file, or remove it", path)
                      : fmt::format("{} cannot be written: {}", path, std::strerror(errno))});
  ::close(handle);
  return new_file{path};
}

new_file::~new_file() {
  if (!path_.empty())
    ::unlink(path_.c_str());
}

expected<void, explained> new_file::keep(std::string_view text) {
  std::ofstream out{path_, std::ios::binary};
  out << text;
  if (!out.flush())
    return unexpected(explained{fmt::format("{} cannot be written: {}", path_, std::strerror(errno))});
  path_.clear();
  return {};
}

} // namespace troupe::lab
