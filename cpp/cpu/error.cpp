// SPDX-License-Identifier: Apache-2.0
#include "error.h"

#include <stdarg.h>
#include <stdio.h>

#include "virtualcell_cpu.h"

namespace {
thread_local char text[512] = "no failure on this thread";
}

int32_t vc::fail(int32_t status, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  return status;
}

extern "C" const char* vc_cpu_error_text(void) { return text; }
