# SPDX-License-Identifier: BSD-3-Clause
# Writes ${out} with the revision of ${source} as TROUPE_REVISION; touches it only if that has changed.
execute_process(COMMAND git -C ${source} describe --always --dirty --abbrev=7 --exclude *
  OUTPUT_VARIABLE revision OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
if(failed OR revision STREQUAL "")
  set(revision unknown)
endif()
set(text "#define TROUPE_REVISION \"${revision}\"\n")
set(old "")
if(EXISTS ${out})
  file(READ ${out} old)
endif()
if(NOT old STREQUAL text)
  file(WRITE ${out} "${text}")
endif()
