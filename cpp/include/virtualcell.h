// The native boundary of virtualcell, shared rules. The two halves are virtualcell_cpu.h and virtualcell_cuda.h.
//
// Rules that hold for every function:
//   - plain C: no struct crosses, no exception crosses, nothing is kept that the caller passed in unless it is said
//   - addresses travel as int64_t; 0 is the null address
//   - the result is a status below; what went wrong is in *_error_text(), per thread, until that thread's next failure
//   - sizes, offsets and products of sizes are int64_t; nothing wraps at 2^31
//   - the caller owns every address it passes; the only memory owned here comes from *_allocate and goes to *_release
//   - indices read from data (gene numbers, row offsets, group numbers) are checked where they are used: a wrong one ends
//     in VC_BAD_INDEX and is never followed
// Addresses and sizes given by the caller are trusted beyond a null check: the Java side owns that duty.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
  VC_OK = 0,
  VC_INVALID = 1,         // an argument that no correct caller passes
  VC_OUT_OF_MEMORY = 2,   // the text names the bytes asked for and the bytes held
  VC_NO_DEVICE = 3,       // no such device, or no driver; the text is the reason
  VC_DEVICE_FAILED = 4,   // the driver refused a call or a kernel failed; the device may be lost
  VC_UNSUPPORTED = 5,     // this build or this processor lacks the form asked for
  VC_BAD_INDEX = 6,       // an index inside the data is out of range
  VC_BAD_VALUE = 7        // a value inside the data is one the operation cannot take; the text says which
};

// What an allocation is for; bytes are counted by tag.
enum { VC_TAG_TENSOR = 0, VC_TAG_SPARSE = 1, VC_TAG_SCRATCH = 2, VC_TAG_STAGING = 3, VC_TAGS = 4 };

// A sparse matrix, cells x genes, compressed by rows; genes strictly increase within a row. Addresses unless said.
enum {
  VC_CSR_PACKING = 0,       // one of VC_PLAIN, VC_COMPACT
  VC_CSR_ROWS = 1,          // number
  VC_CSR_GENES = 2,         // number
  VC_CSR_NON_ZEROS = 3,     // number
  VC_CSR_ROW_START = 4,     // int64[rows + 1]
  VC_CSR_GENE = 5,          // int32[non_zeros] (plain) or uint16[non_zeros] (compact)
  VC_CSR_VALUE = 6,         // float[non_zeros] (plain) or uint8[non_zeros] (compact)
  VC_CSR_ESCAPES = 7,       // number; 0 when plain
  VC_CSR_ESCAPE_START = 8,  // int64[rows + 1]; compact only, as the next two
  VC_CSR_ESCAPE_GENE = 9,   // uint16[escapes], rising within a row
  VC_CSR_ESCAPE_VALUE = 10, // int32[escapes]
  VC_CSR_FIELDS = 11
};
// A stored count of VC_ESCAPE in a compact matrix means: look the gene up in the row's escapes.
enum { VC_PLAIN = 0, VC_COMPACT = 1, VC_ESCAPE = 255 };

// What a product ends with; the formulas stand at org.virtualcell.compute.Activation, in this order.
enum {
  VC_ACTIVATION_NONE = 0,
  VC_ACTIVATION_RELU = 1,
  VC_ACTIVATION_GELU = 2,
  VC_ACTIVATION_GELU_TANH = 3,
  VC_ACTIVATION_SILU = 4,
  VC_ACTIVATION_SOFTPLUS = 5
};

// How the elements of a dense operand are stored, where there is a choice.
enum { VC_F32 = 0, VC_BF16 = 1 };

// What a product may do with its factors: EXACT is accurate to fp32, FAST may round them to bf16 (sums stay fp32).
enum { VC_EXACT = 0, VC_FAST = 1 };

// The number of this boundary; the Java side refuses a library with another one.
#define VC_BOUNDARY 1

#ifdef __cplusplus
}
#endif
