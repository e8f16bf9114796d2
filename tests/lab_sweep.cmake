# SPDX-License-Identifier: BSD-3-Clause
# The fixed part of the laboratory's work: every shipped scenario with 50 seeds, at least 2,000 schedules. Scenarios that
# are expected to fail must do so.
file(GLOB scenarios CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tools/lab/scenarios/*.toml)
add_test(NAME "lab: every scenario holds for 50 seeds"
  COMMAND troupe lab sweep ${scenarios} --seeds 1..50 --jobs 2 --out ${CMAKE_BINARY_DIR}/lab-failures)
set_tests_properties("lab: every scenario holds for 50 seeds" PROPERTIES LABELS lab TIMEOUT 900 PROCESSORS 2)
