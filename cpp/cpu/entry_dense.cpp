// The checked entries of the dense family. SPDX-License-Identifier: Apache-2.0
#include "entry.h"
#include "kernels_dense.h"

namespace {

using namespace vc;

// The set whose products multiply such numbers.
int32_t set_of(int32_t isa, int64_t inner) { return inner == VC_F32 && isa > VC_ISA_AVX512 ? VC_ISA_AVX512 : isa; }

bool is_type(int64_t type) { return type == VC_F32 || type == VC_BF16; }

// The set must be there, and have products of such numbers.
int32_t check_inner(const char* name, int32_t isa, int64_t inner) {
  if (!allowed(isa))
    return fail(VC_UNSUPPORTED, "%s: instruction set %d was asked for, this processor has up to %d", name, isa, best());
  if (!is_type(inner)) return fail(VC_INVALID, "%s: numbers of type %lld", name, (long long)inner);
  if (inner == VC_BF16 && isa < VC_ISA_AVX512_BF16)
    return fail(VC_UNSUPPORTED, "%s: instruction set %d has no bf16 products", name, isa);
  return VC_OK;
}

bool has_unit_stride(int64_t row, int64_t column) { return row >= 0 && column >= 0 && (row == 1 || column == 1); }

int32_t check_product(const char* name, int32_t isa, const int64_t* f) {
  if (!f) return fail(VC_INVALID, "%s: no product", name);
  if (int32_t bad = check_inner(name, isa, f[VC_DENSE_INNER])) return bad;
  const int64_t m = f[VC_DENSE_M], n = f[VC_DENSE_N], k = f[VC_DENSE_K];
  if (m < 0 || n < 0 || k < 0)
    return fail(VC_INVALID, "%s: %lld x %lld x %lld", name, (long long)m, (long long)n, (long long)k);
  if (!is_type(f[VC_DENSE_A_TYPE]) || !is_type(f[VC_DENSE_OUT_TYPE]) || !is_type(f[VC_DENSE_RESIDUAL_TYPE]) ||
      !is_type(f[VC_DENSE_BEFORE_TYPE]) || f[VC_DENSE_ACTIVATION] < VC_ACTIVATION_NONE ||
      f[VC_DENSE_ACTIVATION] > VC_ACTIVATION_SOFTPLUS || (f[VC_DENSE_ADD] && f[VC_DENSE_OUT_TYPE] != VC_F32))
    return fail(VC_INVALID, "%s: a type, an activation, or a sum into bf16", name);
  if (!has_unit_stride(f[VC_DENSE_A_ROW], f[VC_DENSE_A_COLUMN]) || f[VC_DENSE_OUT_ROW] < n)
    return fail(VC_INVALID, "%s: strides %lld and %lld, rows of the output %lld apart", name, (long long)f[VC_DENSE_A_ROW],
                (long long)f[VC_DENSE_A_COLUMN], (long long)f[VC_DENSE_OUT_ROW]);
  if (m && n && (!f[VC_DENSE_OUT] || (k && (!f[VC_DENSE_A] || !f[VC_DENSE_B]))))
    return missing(name, "operand");
  return VC_OK;
}

dense_product unpack_product(const int64_t* f) {
  dense_product p;
  p.m = f[VC_DENSE_M];
  p.n = f[VC_DENSE_N];
  p.k = f[VC_DENSE_K];
  p.a = {at<void>(f[VC_DENSE_A]), f[VC_DENSE_A_TYPE] == VC_BF16, f[VC_DENSE_A_ROW], f[VC_DENSE_A_COLUMN]};
  p.b = at<void>(f[VC_DENSE_B]);
  p.out = at<void>(f[VC_DENSE_OUT]);
  p.out_bf16 = f[VC_DENSE_OUT_TYPE] == VC_BF16;
  p.out_row = f[VC_DENSE_OUT_ROW];
  p.add = f[VC_DENSE_ADD] != 0;
  const int32_t factor = int32_t(f[VC_DENSE_FACTOR]);
  __builtin_memcpy(&p.factor, &factor, sizeof factor);
  p.bias = at<float>(f[VC_DENSE_BIAS]);
  p.activation = int32_t(f[VC_DENSE_ACTIVATION]);
  p.residual = at<void>(f[VC_DENSE_RESIDUAL]);
  p.residual_bf16 = f[VC_DENSE_RESIDUAL_TYPE] == VC_BF16;
  p.before = at<void>(f[VC_DENSE_BEFORE]);
  p.before_bf16 = f[VC_DENSE_BEFORE_TYPE] == VC_BF16;
  p.copy = at<uint16_t>(f[VC_DENSE_COPY]);
  return p;
}

int64_t panels_of(int32_t set, int64_t n) {
  const int64_t panel = VC_PICK(set, dense_panel)();
  return (n + panel - 1) / panel;
}

int64_t packed_bytes(int32_t set, int64_t inner, int64_t k, int64_t n) {
  return panels_of(set, n) * VC_PICK(set, dense_panel)() * (inner == VC_BF16 ? (k + 1) / 2 : k) * 4;
}

int64_t lines(int64_t bytes) { return (bytes + 63) / 64 * 64; }

}  // namespace

extern "C" {

int64_t vc_cpu_dense_panel(int32_t isa, int32_t inner) {
  return allowed(isa) ? VC_PICK(set_of(isa, inner), dense_panel)() : 0;
}

int64_t vc_cpu_dense_packed_bytes(int32_t isa, int32_t inner, int64_t k, int64_t n) {
  return allowed(isa) && k >= 0 && n >= 0 ? packed_bytes(set_of(isa, inner), inner, k, n) : 0;
}

int32_t vc_cpu_dense_pack(int32_t isa, int32_t inner, int64_t k, int64_t n, int64_t b, int32_t type, int64_t row,
                          int64_t column, int64_t first_panel, int64_t end_panel, int64_t packed) {
  if (int32_t bad = check_inner("dense_pack", isa, inner)) return bad;
  const int32_t set = set_of(isa, inner);
  if (k < 0 || n < 0 || !is_type(type) || !has_unit_stride(row, column) || first_panel < 0 || first_panel > end_panel ||
      end_panel > panels_of(set, n))
    return fail(VC_INVALID, "dense_pack: %lld x %lld, strides %lld and %lld, panels %lld to %lld", (long long)k, (long long)n,
                (long long)row, (long long)column, (long long)first_panel, (long long)end_panel);
  if (k == 0 || first_panel == end_panel) return VC_OK;
  if (!b || !packed) return missing("dense_pack", b ? "output" : "operand");
  const dense_view view{at<void>(b), type == VC_BF16, row, column};
  VC_PICK(set, dense_pack)(k, n, view, first_panel, end_panel, at<void>(packed));
  return VC_OK;
}

int32_t vc_cpu_dense_multiply(int32_t isa, int64_t fields, int64_t first_row, int64_t end_row, int64_t first_panel,
                              int64_t end_panel, int64_t scratch) {
  const int64_t* f = at<int64_t>(fields);
  if (int32_t bad = check_product("dense_multiply", isa, f)) return bad;
  const dense_product p = unpack_product(f);
  const int32_t set = set_of(isa, f[VC_DENSE_INNER]);
  if (first_row < 0 || first_row > end_row || end_row > p.m || first_panel < 0 || first_panel > end_panel ||
      end_panel > panels_of(set, p.n))
    return fail(VC_INVALID, "dense_multiply: rows %lld to %lld, panels %lld to %lld", (long long)first_row, (long long)end_row,
                (long long)first_panel, (long long)end_panel);
  if (first_row == end_row || first_panel == end_panel) return VC_OK;
  if (!scratch) return missing("dense_multiply", "scratch");
  VC_PICK(set, dense_multiply)(p, first_row, end_row, first_panel, end_panel, at<void>(scratch));
  return VC_OK;
}

int64_t vc_cpu_dense_scratch(int32_t isa, int64_t fields, int64_t rows, int64_t panels) {
  const int64_t* f = at<int64_t>(fields);
  if (!allowed(isa) || !f) return 0;
  return lines(VC_PICK(set_of(isa, f[VC_DENSE_INNER]), dense_scratch)(unpack_product(f), rows, panels));
}

int32_t vc_cpu_dense_batch(int32_t isa, int64_t fields, int64_t first_item, int64_t end_item, int64_t scratch) {
  const int64_t* f = at<int64_t>(fields);
  if (int32_t bad = check_product("dense_batch", isa, f)) return bad;
  const int64_t items = f[VC_DENSE_ITEMS];
  if (!is_type(f[VC_DENSE_B_TYPE]) || !has_unit_stride(f[VC_DENSE_B_ROW], f[VC_DENSE_B_COLUMN]) || f[VC_DENSE_OUTER] < 0 ||
      items < 1 || first_item < 0 || first_item > end_item || end_item > f[VC_DENSE_OUTER] * items)
    return fail(VC_INVALID, "dense_batch: items %lld to %lld of %lld x %lld", (long long)first_item, (long long)end_item,
                (long long)f[VC_DENSE_OUTER], (long long)items);
  dense_product p = unpack_product(f);
  const int32_t set = set_of(isa, f[VC_DENSE_INNER]);
  if (first_item == end_item || p.m == 0 || p.n == 0) return VC_OK;
  if (!scratch) return missing("dense_batch", "scratch");
  const int64_t panels = panels_of(set, p.n);
  const int64_t a_bytes = p.a.bf16 ? 2 : 4, b_bytes = f[VC_DENSE_B_TYPE] == VC_BF16 ? 2 : 4, out_bytes = p.out_bf16 ? 2 : 4;
  const int64_t room = scratch + lines(packed_bytes(set, f[VC_DENSE_INNER], p.k, p.n));
  p.bias = nullptr;
  p.activation = VC_ACTIVATION_NONE;
  p.residual = nullptr;
  p.before = nullptr;
  p.copy = nullptr;
  for (int64_t i = first_item; i < end_item; ++i) {
    const int64_t outer = i / items, item = i % items;
    p.a.data = at<void>(f[VC_DENSE_A] + (outer * f[VC_DENSE_A_OUTER] + item * f[VC_DENSE_A_ITEM]) * a_bytes);
    p.b = at<void>(scratch);
    p.out = at<void>(f[VC_DENSE_OUT] + (outer * f[VC_DENSE_OUT_OUTER] + item * f[VC_DENSE_OUT_ITEM]) * out_bytes);
    const dense_view b{at<void>(f[VC_DENSE_B] + (outer * f[VC_DENSE_B_OUTER] + item * f[VC_DENSE_B_ITEM]) * b_bytes),
                       f[VC_DENSE_B_TYPE] == VC_BF16, f[VC_DENSE_B_ROW], f[VC_DENSE_B_COLUMN]};
    VC_PICK(set, dense_pack)(p.k, p.n, b, 0, panels, at<void>(scratch));
    VC_PICK(set, dense_multiply)(p, 0, p.m, 0, panels, at<void>(room));
  }
  return VC_OK;
}

int64_t vc_cpu_dense_batch_scratch(int32_t isa, int64_t fields) {
  const int64_t* f = at<int64_t>(fields);
  if (!allowed(isa) || !f) return 0;
  const dense_product p = unpack_product(f);
  const int32_t set = set_of(isa, f[VC_DENSE_INNER]);
  return lines(packed_bytes(set, f[VC_DENSE_INNER], p.k, p.n)) +
         lines(VC_PICK(set, dense_scratch)(p, p.m, panels_of(set, p.n)));
}

int32_t vc_cpu_dense_convert(int32_t isa, int64_t from, int32_t from_type, int64_t to, int32_t to_type, int64_t first,
                             int64_t end) {
  if (int32_t bad = check_inner("dense_convert", isa, VC_F32)) return bad;
  if (!is_type(from_type) || !is_type(to_type) || from_type == to_type || first < 0 || first > end)
    return fail(VC_INVALID, "dense_convert: type %d to %d, elements %lld to %lld", from_type, to_type, (long long)first,
                (long long)end);
  if (first == end) return VC_OK;
  if (!from || !to) return missing("dense_convert", from ? "output" : "operand");
  VC_PICK(isa, dense_convert)(at<void>(from), from_type == VC_BF16, at<void>(to), first, end);
  return VC_OK;
}

int32_t vc_cpu_dense_finite(int32_t isa, int64_t x, int32_t type, int64_t first, int64_t end, int64_t finite) {
  if (int32_t bad = check_inner("dense_finite", isa, VC_F32)) return bad;
  if (!is_type(type) || first < 0 || first > end)
    return fail(VC_INVALID, "dense_finite: type %d, elements %lld to %lld", type, (long long)first, (long long)end);
  if (!finite || (first < end && !x)) return missing("dense_finite", finite ? "operand" : "output");
  if (first < end && !VC_PICK(isa, dense_finite)(at<void>(x), type == VC_BF16, first, end)) *at<int32_t>(finite) = 0;
  return VC_OK;
}

}  // extern "C"
