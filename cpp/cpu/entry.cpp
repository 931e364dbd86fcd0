// The checked entries of the sparse kernels. Each other family has an entry file of its own beside this one.
// SPDX-License-Identifier: Apache-2.0
#include "entry.h"

using namespace vc;

extern "C" {

int32_t vc_cpu_boundary(void) { return VC_BOUNDARY; }

int32_t vc_cpu_best_isa(void) { return best(); }

int32_t vc_cpu_row_scale(int32_t isa, int64_t x, int64_t first_row, int64_t end_row, float total, int64_t out) {
  if (int32_t bad = check("row_scale", isa, x, first_row, end_row, VC_CSR_ROWS)) return bad;
  if (first_row == end_row) return VC_OK;
  if (!out) return missing("row_scale", "output");
  return done("row_scale", VC_PICK(isa, row_scale)(unpack(at<int64_t>(x)), first_row, end_row, total, at<float>(out)),
              first_row, end_row);
}

int32_t vc_cpu_log_normalize(int32_t isa, int64_t x, int64_t scale, int64_t first_row, int64_t end_row, int64_t out) {
  if (int32_t bad = check("log_normalize", isa, x, first_row, end_row, VC_CSR_ROWS)) return bad;
  if (first_row == end_row) return VC_OK;
  if (!scale || !out) return missing("log_normalize", scale ? "output" : "scale");
  return done("log_normalize",
              VC_PICK(isa, log_normalize)(unpack(at<int64_t>(x)), at<float>(scale), first_row, end_row, at<float>(out)),
              first_row, end_row);
}

int32_t vc_cpu_copy_structure(int64_t x, int64_t first_row, int64_t end_row, int64_t out_row_start, int64_t out_gene) {
  if (int32_t bad = check("copy_structure", VC_ISA_BASELINE, x, first_row, end_row, VC_CSR_ROWS)) return bad;
  if (!out_row_start || !out_gene) return missing("copy_structure", "output");
  const vc::csr m = unpack(at<int64_t>(x));
  int64_t* start = at<int64_t>(out_row_start);
  int32_t* gene = at<int32_t>(out_gene);
  for (int64_t r = first_row; r < end_row; ++r) {
    if (!m.row_is_sound(r)) return done("copy_structure", VC_BAD_INDEX, first_row, end_row);
    start[r] = m.row_start[r];
    for (int64_t k = m.row_start[r]; k < m.row_start[r + 1]; ++k) gene[k] = int32_t(m.gene_at(k));
  }
  start[end_row] = m.row_start[end_row];
  return VC_OK;
}

int32_t vc_cpu_csr_dense(int32_t isa, int64_t x, int64_t scale, int64_t first_row, int64_t end_row, int64_t columns,
                         int64_t dense, int32_t type, int64_t bias, int32_t activation, int64_t out) {
  if (int32_t bad = check("csr_dense", isa, x, first_row, end_row, VC_CSR_ROWS)) return bad;
  if (first_row == end_row || columns == 0) return VC_OK;
  if (columns < 0 || (at<int64_t>(x)[VC_CSR_GENES] && !dense) || !out || type < VC_F32 || type > VC_BF16 ||
      activation < VC_ACTIVATION_NONE || activation > VC_ACTIVATION_SOFTPLUS)
    return missing("csr_dense", "operand, or no such type or activation");
  return done("csr_dense",
              VC_PICK(isa, csr_dense)(unpack(at<int64_t>(x)), at<float>(scale), first_row, end_row, columns, at<void>(dense),
                                      type, at<float>(bias), activation, at<float>(out)),
              first_row, end_row);
}

int32_t vc_cpu_csr_dense_bf16(int32_t isa, int64_t x, int64_t scale, int64_t first_row, int64_t end_row, int64_t columns,
                              int64_t dense, int64_t bias, int32_t activation, int64_t out) {
  if (int32_t bad = check("csr_dense_bf16", isa, x, first_row, end_row, VC_CSR_ROWS)) return bad;
  if (isa < VC_ISA_AVX512_BF16) return fail(VC_UNSUPPORTED, "csr_dense_bf16: instruction set %d has no bfloat16", isa);
  if (first_row == end_row || columns == 0) return VC_OK;
  if (columns < 0 || (at<int64_t>(x)[VC_CSR_GENES] && !dense) || !out || activation < VC_ACTIVATION_NONE ||
      activation > VC_ACTIVATION_SOFTPLUS)
    return missing("csr_dense_bf16", "operand, or no such activation");
#if defined(__x86_64__)
  return done("csr_dense_bf16",
              avx512bf16::csr_dense_bf16(unpack(at<int64_t>(x)), at<float>(scale), first_row, end_row, columns,
                                         at<uint16_t>(dense), at<float>(bias), activation, at<float>(out)),
              first_row, end_row);
#endif
}

int32_t vc_cpu_round_to_bf16(int32_t isa, int64_t from, int64_t count, int64_t to) {
  if (isa < VC_ISA_AVX512_BF16 || !allowed(isa))
    return fail(VC_UNSUPPORTED, "round_to_bf16: instruction set %d has no bfloat16, or this processor not the set", isa);
  if (count < 0 || (count && (!from || !to))) return missing("round_to_bf16", "operand");
#if defined(__x86_64__)
  avx512bf16::round_to_bf16(at<float>(from), count, at<uint16_t>(to));
#endif
  return VC_OK;
}

int32_t vc_cpu_group_order(int64_t rows, int64_t groups, int64_t group, int64_t start, int64_t order) {
  if (rows < 0 || groups < 0 || !start || (rows && (!group || !order))) return missing("group_order", "operand");
  const int32_t* of = at<int32_t>(group);
  int64_t* first = at<int64_t>(start);
  int64_t* list = at<int64_t>(order);
  for (int64_t g = 0; g <= groups; ++g) first[g] = 0;
  for (int64_t r = 0; r < rows; ++r)
    if (of[r] >= 0 && of[r] < groups) ++first[of[r] + 1];
  for (int64_t g = 0; g < groups; ++g) first[g + 1] += first[g];
  for (int64_t r = 0; r < rows; ++r)
    if (of[r] >= 0 && of[r] < groups) list[first[of[r]]++] = r;
  // each start now stands at the next group's; move them back by one group
  for (int64_t g = groups; g > 0; --g) first[g] = first[g - 1];
  first[0] = 0;
  return VC_OK;
}

int32_t vc_cpu_group_sums(int32_t isa, int64_t x, int64_t scale, int64_t start, int64_t order, int64_t first_group,
                          int64_t end_group, int64_t first_gene, int64_t end_gene, int32_t whole, int64_t scratch, int64_t sums,
                          int64_t squares, int64_t detections) {
  if (int32_t bad = check("group_sums", isa, x, first_gene, end_gene, VC_CSR_GENES)) return bad;
  if (first_gene == end_gene || first_group == end_group) return VC_OK;
  if (first_group < 0 || first_group > end_group || !start || !order || !scratch || !sums || !squares || !detections)
    return missing("group_sums", "operand, or a range of groups that falls");
  return done("group_sums",
              VC_PICK(isa, group_sums)(unpack(at<int64_t>(x)), at<float>(scale), at<int64_t>(start), at<int64_t>(order),
                                       first_group, end_group, first_gene, end_gene, whole != 0, at<void>(scratch),
                                       at<void>(sums), at<void>(squares), at<int32_t>(detections)),
              first_gene, end_gene);
}

int64_t vc_cpu_group_sums_scratch(int64_t genes) { return genes * 16; }

}  // extern "C"
