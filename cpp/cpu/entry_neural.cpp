// The checked entry of the neural family. SPDX-License-Identifier: Apache-2.0
#include "entry.h"
#include "kernels_dense.h"
#include "kernels_neural.h"

namespace {

using namespace vc;

double number(int64_t bits) {
  double x;
  __builtin_memcpy(&x, &bits, sizeof x);
  return x;
}

neural_operand operand(const int64_t* f, int which) {
  return {at<void>(f[VC_NEURAL_A + which]), f[VC_NEURAL_A_TYPE + which] == VC_BF16};
}

neural_call unpack_call(const int64_t* f) {
  return {operand(f, 0),
          operand(f, 1),
          operand(f, 2),
          operand(f, 3),
          operand(f, 4),
          operand(f, 5),
          f[VC_NEURAL_N],
          f[VC_NEURAL_W],
          f[VC_NEURAL_KIND],
          f[VC_NEURAL_FLAG],
          f[VC_NEURAL_ENTRIES],
          f[VC_NEURAL_REPEAT],
          number(f[VC_NEURAL_X]),
          number(f[VC_NEURAL_Y]),
          number(f[VC_NEURAL_Z]),
          number(f[VC_NEURAL_U]),
          number(f[VC_NEURAL_V])};
}

// How many operands a kind has that must be there: of A to F, a bit each.
int needed(int32_t what) {
  switch (what) {
    case VC_NORMALIZE: return 0x1b;
    case VC_NORMALIZE_INPUTS: return 0x1f;
    case VC_NORMALIZE_WEIGHTS: return 0x1d;
    case VC_ACTIVATE: case VC_GATE: case VC_ADD: case VC_COLUMN_SUMS: case VC_COPY_COLUMNS: return 0x03;
    case VC_SQUARED_SUM: return 0x01;
    case VC_ADAMW: return 0x2f;
    case VC_ATTENTION_GRADIENT: return 0x1f;
    default: return 0x07;
  }
}

// One past the last unit of work.
int64_t extent(int32_t what, const int64_t* f) {
  switch (what) {
    case VC_NORMALIZE_WEIGHTS: case VC_ADD_ROWS_GRADIENT: case VC_COLUMN_SUMS: return f[VC_NEURAL_W];
    case VC_ATTENTION: case VC_ATTENTION_GRADIENT: return f[VC_NEURAL_N] * f[VC_NEURAL_ENTRIES];
    default: return f[VC_NEURAL_N];
  }
}

bool attends(int32_t what) { return what == VC_ATTENTION || what == VC_ATTENTION_GRADIENT; }

// Attention multiplies fp32 with the kernels of the next lower set unless factors may be rounded.
int32_t set_of(int32_t isa, int32_t what, int32_t half) { return attends(what) && !half && isa > VC_ISA_AVX512 ? VC_ISA_AVX512 : isa; }

int32_t check_call(int32_t isa, int32_t what, int32_t half, const int64_t* f) {
  if (!allowed(isa))
    return fail(VC_UNSUPPORTED, "neural: instruction set %d was asked for, this processor has up to %d", isa, best());
  if (!f) return fail(VC_INVALID, "neural: no call");
  if (what < 0 || what >= VC_NEURAL_KINDS) return fail(VC_INVALID, "neural: no kind %d", what);
  if (half && isa < VC_ISA_AVX512_BF16) return fail(VC_UNSUPPORTED, "neural: instruction set %d has no bf16 products", isa);
  bool types = true;
  for (int i = VC_NEURAL_A_TYPE; i < VC_NEURAL_N; ++i) types = types && (f[i] == VC_F32 || f[i] == VC_BF16);
  const bool sizes = f[VC_NEURAL_N] >= 0 && f[VC_NEURAL_W] >= 0 && f[VC_NEURAL_ENTRIES] >= 0;
  const bool repeats = (what != VC_ADD_ROWS && what != VC_ADD_ROWS_GRADIENT) || f[VC_NEURAL_REPEAT] >= 1;
  const bool heads = !attends(what) || (f[VC_NEURAL_W] >= 1 && f[VC_NEURAL_W] <= 512 && f[VC_NEURAL_ENTRIES] >= 1 &&
                                        f[VC_NEURAL_REPEAT] >= 1 && f[VC_NEURAL_REPEAT] <= 128);
  const bool curve = (what != VC_ACTIVATE && what != VC_ACTIVATE_GRADIENT) ||
                     (f[VC_NEURAL_KIND] >= VC_ACTIVATION_NONE && f[VC_NEURAL_KIND] <= VC_ACTIVATION_SOFTPLUS);
  if (!types || !sizes || !repeats || !heads || !curve)
    return fail(VC_INVALID, "neural: kind %d, %lld x %lld, a type, an activation or a size is out of range", what,
                (long long)f[VC_NEURAL_N], (long long)f[VC_NEURAL_W]);
  return VC_OK;
}

}  // namespace

extern "C" {

int32_t vc_cpu_neural(int32_t isa, int32_t what, int32_t half, int64_t fields, int64_t first, int64_t end, int64_t scratch) {
  const int64_t* f = at<int64_t>(fields);
  if (int32_t bad = check_call(isa, what, half, f)) return bad;
  if (first < 0 || first > end || end > extent(what, f))
    return fail(VC_INVALID, "neural: kind %d, range %lld to %lld of %lld", what, (long long)first, (long long)end,
                (long long)extent(what, f));
  if (first == end) return VC_OK;
  for (int i = 0; i < 6; ++i)
    if (needed(what) >> i & 1 && !f[VC_NEURAL_A + i] && (f[VC_NEURAL_N] > 0 || i >= 4)) return missing("neural", "operand");
  neural_call p = unpack_call(f);
  const bool sums = what == VC_MEAN_SQUARE || what == VC_SQUARED_SUM;
  if ((sums || attends(what)) && !scratch) return missing("neural", "scratch");
  if (sums) p.d.data = at<void>(scratch);
  const int32_t set = set_of(isa, what, half);
  bool inside = true;
  switch (what) {
    case VC_NORMALIZE: VC_PICK(set, neural_normalize)(p, first, end); break;
    case VC_NORMALIZE_INPUTS: VC_PICK(set, neural_normalize_inputs)(p, first, end); break;
    case VC_NORMALIZE_WEIGHTS: VC_PICK(set, neural_normalize_weights)(p, first, end); break;
    case VC_ACTIVATE: VC_PICK(set, neural_activate)(p, first, end); break;
    case VC_ACTIVATE_GRADIENT: VC_PICK(set, neural_activate_gradient)(p, first, end); break;
    case VC_GATE: VC_PICK(set, neural_gate)(p, first, end); break;
    case VC_GATE_GRADIENT: VC_PICK(set, neural_gate_gradient)(p, first, end); break;
    case VC_ADD_ROWS: inside = VC_PICK(set, neural_add_rows)(p, first, end); break;
    case VC_ADD_ROWS_GRADIENT: inside = VC_PICK(set, neural_add_rows_gradient)(p, first, end); break;
    case VC_ADD: VC_PICK(set, neural_add)(p, first, end); break;
    case VC_COLUMN_SUMS: VC_PICK(set, neural_column_sums)(p, first, end); break;
    case VC_COPY_COLUMNS: VC_PICK(set, neural_copy_columns)(p, first, end); break;
    case VC_MEAN_SQUARE: VC_PICK(set, neural_mean_square)(p, first, end); break;
    case VC_SQUARED_SUM: VC_PICK(set, neural_squared_sum)(p, first, end); break;
    case VC_ADAMW: VC_PICK(set, neural_adamw)(p, first, end); break;
    case VC_DROPOUT: VC_PICK(set, neural_dropout)(p, first, end); break;
    default:
      VC_PICK(set, neural_attention)(p, what == VC_ATTENTION_GRADIENT, first, end, at<void>(scratch));
  }
  return inside ? VC_OK : fail(VC_INVALID, "neural: an index is outside its table of %lld rows", (long long)p.entries);
}

int64_t vc_cpu_neural_scratch(int32_t isa, int32_t what, int32_t half, int64_t fields) {
  const int64_t* f = at<int64_t>(fields);
  if (check_call(isa, what, half, f) || !attends(what)) return 0;
  return VC_PICK(set_of(isa, what, half), neural_attention_scratch)(unpack_call(f), what == VC_ATTENTION_GRADIENT);
}

}  // extern "C"
