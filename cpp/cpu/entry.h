// What every checked entry of the CPU kernels shares: unpacking, the choice of the instruction set, messages.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "error.h"
#include "kernels.h"

namespace vc {

template <class T>
inline T* at(int64_t address) {
  return reinterpret_cast<T*>(address);
}

inline int32_t detect() {
#if defined(__x86_64__)
  __builtin_cpu_init();  // asks CPUID, and XGETBV for what the operating system saves
  const bool wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                    __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
  if (wide && __builtin_cpu_supports("avx512bf16")) return VC_ISA_AVX512_BF16;
  if (wide) return VC_ISA_AVX512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return VC_ISA_AVX2;
#endif
  return VC_ISA_BASELINE;
}

inline int32_t best() {
  static const int32_t isa = detect();
  return isa;
}

// A set above what the processor has would be an illegal instruction, so it is refused here and not only in Java.
inline bool allowed(int32_t isa) { return isa >= VC_ISA_BASELINE && isa <= best(); }

// The kernel's form for the set: its own, else the next lower one.
#if defined(__x86_64__)
#define VC_PICK(isa, kernel)                                     \
  ((isa) >= VC_ISA_AVX512_BF16 ? vc::avx512bf16::kernel          \
   : (isa) == VC_ISA_AVX512    ? vc::avx512::kernel              \
   : (isa) == VC_ISA_AVX2      ? vc::avx2::kernel                \
                               : vc::baseline::kernel)
#else
#define VC_PICK(isa, kernel) vc::baseline::kernel
#endif

inline vc::csr unpack(const int64_t* f) {
  return {f[VC_CSR_PACKING] == VC_COMPACT,
          f[VC_CSR_ROWS],
          f[VC_CSR_GENES],
          f[VC_CSR_NON_ZEROS],
          f[VC_CSR_ESCAPES],
          at<int64_t>(f[VC_CSR_ROW_START]),
          at<void>(f[VC_CSR_GENE]),
          at<void>(f[VC_CSR_VALUE]),
          at<int64_t>(f[VC_CSR_ESCAPE_START]),
          at<uint16_t>(f[VC_CSR_ESCAPE_GENE]),
          at<int32_t>(f[VC_CSR_ESCAPE_VALUE])};
}

// What every entry checks of its sparse matrix and of a range of it; VC_OK or the failure.
inline int32_t check(const char* name, int32_t isa, int64_t x, int64_t first, int64_t end, int field) {
  if (!allowed(isa))
    return vc::fail(VC_UNSUPPORTED, "%s: instruction set %d was asked for, this processor has up to %d", name, isa, best());
  const int64_t* f = at<int64_t>(x);
  if (!f) return vc::fail(VC_INVALID, "%s: no matrix", name);
  if (f[VC_CSR_ROWS] < 0 || f[VC_CSR_GENES] < 0 || f[VC_CSR_GENES] > INT32_MAX || f[VC_CSR_NON_ZEROS] < 0 ||
      f[VC_CSR_PACKING] < VC_PLAIN || f[VC_CSR_PACKING] > VC_COMPACT || !f[VC_CSR_ROW_START])
    return vc::fail(VC_INVALID, "%s: a matrix of %lld x %lld with %lld values", name, (long long)f[VC_CSR_ROWS],
                    (long long)f[VC_CSR_GENES], (long long)f[VC_CSR_NON_ZEROS]);
  if (first < 0 || first > end || end > f[field])
    return vc::fail(VC_INVALID, "%s: range %lld to %lld of %lld", name, (long long)first, (long long)end, (long long)f[field]);
  return VC_OK;
}

inline int32_t done(const char* name, int32_t status, int64_t first, int64_t end) {
  return status ? vc::fail(status, "%s: a row offset, gene or escape is out of range (found in range %lld to %lld)", name,
                           (long long)first, (long long)end)
                : VC_OK;
}

inline int32_t missing(const char* name, const char* what) { return vc::fail(VC_INVALID, "%s: no %s", name, what); }

}  // namespace vc
