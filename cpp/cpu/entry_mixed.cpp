// The checked entries of the products that take frequent genes as a dense tile, its choice of genes, the layout of its scratch.
// SPDX-License-Identifier: Apache-2.0
#include "entry.h"
#include "kernels_dense.h"
#include "mixed.h"

using namespace vc;

namespace {

constexpr int64_t kSample = 512;   // cells that are counted
constexpr int64_t kFewest = 1024;  // cells of a matrix for which choosing and packing a head pays
// Least share of the cells that express a gene of the head: the break-even of one cell of a dense gene (2.3 ns of bf16 at 256
// columns, 5 of fp32) with a gathered value (6 to 8 and 12 ns, the weights being in the second-level cache or beyond it).
constexpr double kRoundedShare = 0.32;
// Least density at which it pays to give every gene a place, in twentieths.
constexpr int64_t kFull = 3;
constexpr double kExactShare = 0.42;
constexpr int64_t kLeastHead = 32;
constexpr int64_t kExactRows = 112;     // cells spread out at a time by the exact product: eight tiles of 14
constexpr int64_t kFewestColumns = 64;  // below these, a gathered value costs as little

int64_t lines(int64_t bytes) { return (bytes + 63) / 64 * 64; }

int64_t most_head(int64_t genes) { return genes < kMostHead ? genes + genes % 2 : kMostHead; }

// Bytes of the list: of a head, or of all genes and one that is none.
int64_t list_bytes(int64_t genes) { return lines((most_head(genes) + 2) * 4); }

// One line for the numbers of genes, then place, list, weights.
head view(int64_t genes, int64_t scratch) {
  head h;
  h.genes = *at<int64_t>(scratch);
  h.others = at<int64_t>(scratch)[1];
  h.place = at<uint16_t>(scratch + 64);
  h.list = at<int32_t>(scratch + 64 + lines(genes * 2));
  h.weights = at<uint16_t>(scratch + 64 + lines(genes * 2) + list_bytes(genes));
  return h;
}

// The set whose dense tile multiplies fp32.
int32_t single(int32_t isa) { return isa > VC_ISA_AVX512 ? VC_ISA_AVX512 : isa; }

// Numbers between the cells of the exact tile: room for the column of the tail, and no multiple of 2 KiB.
int64_t exact_stride(int64_t genes) {
  const int64_t stride = (genes + 16) / 16 * 16;
  return stride % 512 ? stride : stride + 16;
}

// The same for the tile of bf16: an odd number of cache lines.
int64_t rounded_stride(int64_t genes) { return ((genes + 32) / 32 | 1) * 32; }

// Lays the weights of the head out in panels; false where one is not finite: absent values must not meet it.
template <class Weight>
bool pack_exact(const Weight* dense, int64_t columns, int64_t panel, const head& h) {
  float* to = reinterpret_cast<float*>(h.weights);
  uint32_t largest = 0;
  for (int64_t i = 0; i < h.genes; ++i)
    for (int64_t c = 0; c < (columns + panel - 1) / panel * panel; ++c) {
      uint32_t bits = 0;
      if (c < columns && h.list[i] >= 0) {
        const Weight* w = dense + h.list[i] * columns + c;
        __builtin_memcpy(&bits, w, sizeof *w);
        if (sizeof *w == 2) bits <<= 16;
      }
      const uint32_t size = bits & 0x7fffffffu;
      largest = size > largest ? size : largest;
      __builtin_memcpy(to + (c / panel * h.genes + i) * panel + c % panel, &bits, sizeof bits);
    }
  return largest < 0x7f800000u;
}

// The product of a tile of cells with the head's weights, added to what the others gave.
dense_product of_head(const head& h, int64_t stride, int64_t tile, bool bf16, int64_t columns, int64_t bias,
                      int32_t activation) {
  dense_product p{};
  p.n = columns;
  p.k = h.genes;
  p.a = {at<void>(tile), bf16, stride, 1};
  p.b = h.weights;
  p.out_row = columns;
  p.add = true;
  p.factor = 1;
  p.bias = at<float>(bias);
  p.activation = activation;
  return p;
}

// Lists the genes that at least `share` of a sample of the cells express, and if asked the others, unless they are too many.
int32_t choose(const char* name, int64_t x, double share, bool all, int64_t scratch, int64_t* chosen) {
  if (int32_t bad = check(name, VC_ISA_BASELINE, x, 0, 0, VC_CSR_ROWS)) return bad;
  if (!scratch || !chosen) return missing(name, "scratch or place for the number");
  const csr m = unpack(at<int64_t>(x));
  head h = view(m.genes, scratch);
  for (int64_t g = 0; g < m.genes; ++g) h.place[g] = 0;
  const int64_t sample = m.rows < kSample ? m.rows : kSample;
  for (int64_t i = 0; i < sample; ++i) {
    const int64_t r = m.rows / sample * i;
    if (!m.row_is_sound(r)) return done(name, VC_BAD_INDEX, r, r + 1);
    for (int64_t k = m.row_start[r]; k < m.row_start[r + 1]; ++k) {
      const int64_t g = m.gene_at(k);
      if (g < 0 || g >= m.genes) return done(name, VC_BAD_INDEX, r, r + 1);
      ++h.place[g];
    }
  }
  const double least = share * double(sample);
  int64_t genes = 0;
  for (int64_t g = 0; g < m.genes && genes < kMostHead; ++g)
    if (double(h.place[g]) >= least) h.list[genes++] = int32_t(g);
  if (genes < kLeastHead) genes = 0;
  if (genes % 2) h.list[genes++] = -1;
  for (int64_t g = 0; g < m.genes; ++g) h.place[g] = uint16_t(genes);
  for (int64_t i = 0; i < genes; ++i)
    if (h.list[i] >= 0) h.place[h.list[i]] = uint16_t(i);
  int64_t end = genes;
  all = all && m.genes <= kMostHead && m.non_zeros >= m.rows * m.genes / 20 * kFull;
  for (int64_t g = 0; all && g < m.genes; ++g)
    if (h.place[g] == genes) {
      h.list[end] = int32_t(g);
      h.place[g] = uint16_t(end++);
    }
  at<int64_t>(scratch)[0] = genes;
  at<int64_t>(scratch)[1] = end - genes;
  *chosen = genes;
  return VC_OK;
}

int32_t lacking(int32_t isa) { return fail(VC_UNSUPPORTED, "head: instruction set %d has no bfloat16", isa); }

}  // namespace

extern "C" {

int64_t vc_cpu_head_scratch(int64_t rows, int64_t genes, int64_t columns) {
  if (rows < kFewest || genes < kLeastHead) return 0;
  return 64 + lines(genes * 2) + list_bytes(genes) + lines(most_head(genes) * ((columns + 63) / 64 * 64) * 2);
}

int64_t vc_cpu_head_room(int64_t genes) { return kHeadRows * (rounded_stride(most_head(genes)) + 32) * 2; }

int32_t vc_cpu_head_choose(int64_t x, int64_t scratch, int64_t* chosen) {
  return choose("head_choose", x, kRoundedShare, true, scratch, chosen);
}

int32_t vc_cpu_head_pack(int32_t isa, int64_t x, int64_t columns, int64_t dense, int64_t scratch, int64_t first, int64_t end) {
  if (isa < VC_ISA_AVX512_BF16) return lacking(isa);
  if (int32_t bad = check("head_pack", isa, x, 0, 0, VC_CSR_ROWS)) return bad;
  if (!scratch || !dense || columns < 1) return missing("head_pack", "operand");
  const head h = view(at<int64_t>(x)[VC_CSR_GENES], scratch);
  if (first < 0 || first > end || end > h.genes / 2) return missing("head_pack", "such pair of genes");
#if defined(__x86_64__)
  for (int64_t two = first; two < end; ++two) avx512bf16::pack_head(at<uint16_t>(dense), columns, h, two);
#endif
  return VC_OK;
}

int32_t vc_cpu_csr_dense_mixed(int32_t isa, int64_t x, int64_t scale, int64_t first_row, int64_t end_row, int64_t columns,
                               int64_t dense, int64_t scratch, int64_t bias, int32_t activation, int64_t room, int64_t out) {
  if (isa < VC_ISA_AVX512_BF16) return lacking(isa);
  if (int32_t bad = check("csr_dense_mixed", isa, x, first_row, end_row, VC_CSR_ROWS)) return bad;
  if (first_row == end_row || columns == 0) return VC_OK;
  if (columns < 0 || !dense || !scratch || !room || !out || activation < VC_ACTIVATION_NONE || activation > VC_ACTIVATION_SOFTPLUS)
    return missing("csr_dense_mixed", "operand, or no such activation");
#if defined(__x86_64__)
  const csr m = unpack(at<int64_t>(x));
  const head h = view(m.genes, scratch);
  const int64_t stride = rounded_stride(h.genes);
  dense_product p = of_head(h, stride, room, true, columns, bias, activation);
  for (int64_t r = first_row; r < end_row; r += kHeadRows) {
    const int64_t end = r + kHeadRows < end_row ? r + kHeadRows : end_row;
    if (int32_t bad = avx512bf16::csr_dense_mixed(m, at<float>(scale), r, end, columns, at<uint16_t>(dense), h, stride,
                                                  at<uint16_t>(room), at<float>(out)))
      return done("csr_dense_mixed", bad, r, end);
    p.m = end - r;
    p.out = at<float>(out) + r * columns;
    avx512bf16::dense_multiply(p, 0, p.m, 0, (columns + 31) / 32, at<void>(room));
  }
#endif
  return VC_OK;
}

int64_t vc_cpu_exact_head_scratch(int64_t rows, int64_t genes, int64_t columns) {
  if (columns < kFewestColumns) return 0;
  const int64_t rest = vc_cpu_head_scratch(rows, genes, 0), wide = (columns + 63) / 64 * 64;
  return rest ? rest + lines(most_head(genes) * wide * 4) : 0;
}

int64_t vc_cpu_exact_head_room(int64_t genes) { return kExactRows * (exact_stride(most_head(genes)) + 16) * 4; }

int32_t vc_cpu_exact_head(int32_t isa, int64_t x, int64_t columns, int64_t dense, int32_t type, int64_t scratch,
                          int64_t* chosen) {
  if (int32_t bad = check("exact_head", isa, x, 0, 0, VC_CSR_ROWS)) return bad;
  if (!dense || columns < 1 || type < VC_F32 || type > VC_BF16) return missing("exact_head", "operand, or no such type");
  if (int32_t bad = choose("exact_head", x, kExactShare, false, scratch, chosen)) return bad;
  const head h = view(at<int64_t>(x)[VC_CSR_GENES], scratch);
  const int64_t panel = VC_PICK(single(isa), dense_panel)();
  const bool finite = type == VC_BF16 ? pack_exact(at<uint16_t>(dense), columns, panel, h)
                                      : pack_exact(at<float>(dense), columns, panel, h);
  if (!finite) *chosen = 0;
  return VC_OK;
}

int32_t vc_cpu_csr_dense_head(int32_t isa, int64_t x, int64_t scale, int64_t first_row, int64_t end_row, int64_t columns,
                              int64_t dense, int32_t type, int64_t scratch, int64_t bias, int32_t activation, int64_t room,
                              int64_t out) {
  if (int32_t bad = check("csr_dense_head", isa, x, first_row, end_row, VC_CSR_ROWS)) return bad;
  if (first_row == end_row || columns == 0) return VC_OK;
  if (columns < 0 || !dense || !scratch || !room || !out || type < VC_F32 || type > VC_BF16 ||
      activation < VC_ACTIVATION_NONE || activation > VC_ACTIVATION_SOFTPLUS)
    return missing("csr_dense_head", "operand, or no such type or activation");
  const csr m = unpack(at<int64_t>(x));
  const head h = view(m.genes, scratch);
  const int32_t set = single(isa);
  const int64_t stride = exact_stride(h.genes), panel = VC_PICK(set, dense_panel)();
  dense_product p = of_head(h, stride, room, false, columns, bias, activation);
  for (int64_t r = first_row; r < end_row; r += kExactRows) {
    const int64_t end = r + kExactRows < end_row ? r + kExactRows : end_row;
    if (int32_t bad = VC_PICK(set, csr_dense_tail)(m, at<float>(scale), r, end, columns, at<void>(dense), type, h, stride,
                                                   at<float>(room), at<float>(out)))
      return done("csr_dense_head", bad, r, end);
    p.m = end - r;
    p.out = at<float>(out) + r * columns;
    VC_PICK(set, dense_multiply)(p, 0, p.m, 0, (columns + panel - 1) / panel, at<void>(room));
  }
  return VC_OK;
}

}  // extern "C"
