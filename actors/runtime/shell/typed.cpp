// SPDX-License-Identifier: BSD-3-Clause
#include "actors/runtime/shell/typed.hpp"
