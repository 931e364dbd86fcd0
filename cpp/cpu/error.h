// The text of a thread's last failure.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stdint.h>

#include "virtualcell.h"

namespace vc {

// Writes the text (printf format) for this thread and hands `status` back, so that a check is one line.
int32_t fail(int32_t status, const char* format, ...) __attribute__((format(printf, 2, 3)));

}  // namespace vc
