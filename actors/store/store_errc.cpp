// SPDX-License-Identifier: BSD-3-Clause
#include "actors/store/store_errc.hpp"

namespace troupe::store {

const char* describe(store_errc code) {
  switch (code) {
  case store_errc::record_too_long:
    return "the record is empty or too long";
  case store_errc::no_space:
    return "no space is left on the disk";
  case store_errc::io_failed:
    return "the disk refused a read or a write";
  case store_errc::log_failed:
    return "the promise log failed earlier and takes nothing until the node starts anew";
  case store_errc::record_damaged:
    return "a stored record is damaged";
  }
  return "unknown store error";
}

} // namespace troupe::store
