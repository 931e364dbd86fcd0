// The checked entries of the weight gradient, and the layout of its scratch.
// SPDX-License-Identifier: Apache-2.0
#include "entry.h"
#include "transposed.h"

using namespace vc;

namespace {

constexpr int64_t kLine = 64;
constexpr int64_t kMostBlocks = 64;           // of a span
constexpr int64_t kMostRows = kMostTransposedRows;
constexpr int64_t kHeadRows = 1024;           // of a span of bf16, so that the tile of a head stays in the caches
constexpr int64_t kFewest = 1024;             // cells of a matrix for which a head pays
constexpr int64_t kMostHead = 4096;           // genes of a head
constexpr int64_t kLeastHead = 28;
constexpr int64_t kSample = 512;              // cells that are counted
// Least share of the cells that express a gene of the head: the break-even of one cell of a dense gene (2.5 ns at 256 columns)
// and what a value costs more that is sorted and gathered (6 ns).
constexpr double kShare = 0.4;
constexpr int64_t kBlockRows = 128;           // a strip of a block is 32 KB: what the first-level cache holds
constexpr int64_t kWideGenes = 8192;          // from these on the starts and entries of a block
constexpr int64_t kWideRows = 64;             // of so many cells, in fp32, are what the second-level cache holds
constexpr int64_t kEntries = int64_t(1) << 21;  // of a span, unless one cell has more
constexpr int64_t kStarts = int64_t(1) << 22;  // of genes, and numbers of dense, of a span

int64_t lines(int64_t bytes) { return (bytes + kLine - 1) / kLine * kLine; }

// Sizes that depend on the shape alone.
struct plan {
  bool narrow;
  int64_t blocks, block_rows, rows, entries, most_head, strip_bytes;
  int64_t bound_at, entry_at, start_at, cell_at, value_at, dense_at;
  int64_t gene_at, half_at, head_at, base_at, list_at, tile_at, packed_at, bytes;
};

int64_t between(int64_t low, int64_t x, int64_t high) { return x < low ? low : x > high ? high : x; }

plan plan_of(int64_t rows, int64_t genes, int64_t non_zeros, int64_t columns, bool half) {
  plan p;
  // Starts of genes are walked once a block: blocks of very sparse cells are larger, so that this does not dominate.
  p.narrow = !half && genes < kWideGenes;
  p.block_rows = half || p.narrow ? kBlockRows : kWideRows;
  while (p.block_rows < kMostRows && rows > 0 && p.block_rows * (non_zeros / rows + 1) < genes / 8) p.block_rows *= 2;
  p.rows = between(p.block_rows, kStarts / (columns + 16), half && p.block_rows < kHeadRows ? kHeadRows : kMostRows);
  p.blocks = between(1, p.rows / p.block_rows, between(1, kStarts / (genes + 1), kMostBlocks));
  p.rows = p.blocks * p.block_rows;
  p.entries = non_zeros < kEntries ? non_zeros : genes > kEntries ? genes : kEntries;
  p.bound_at = 0;
  p.entry_at = p.bound_at + lines((p.blocks + 1) * 8);
  p.start_at = p.entry_at + lines((p.blocks + 1) * 8);
  p.cell_at = p.start_at + lines(p.blocks * (genes + 1) * 4);
  p.value_at = p.cell_at + (half ? 0 : lines(p.entries * 2));
  p.dense_at = p.value_at + lines(p.entries * 4);
  p.gene_at = p.dense_at + lines(p.rows * (columns + 32) * (half ? 2 : 4));
  p.half_at = p.gene_at + (half ? lines(p.entries * 4) : 0);
  p.head_at = p.half_at + (half ? lines(p.entries * 2) : 0);
  // 64 bytes more: no two strips begin at the same place of the first-level cache
  p.most_head = half && rows >= kFewest && p.rows <= kHeadRows ? between(0, genes, kMostHead) : 0;
  p.strip_bytes = lines(p.rows / 2 * kHeadStrip * 4) + 64;
  const int64_t strips = p.most_head ? (p.most_head + kHeadStrip - 1) / kHeadStrip + 1 : 0;
  p.base_at = p.head_at + kLine;
  p.list_at = p.base_at + (p.most_head ? lines(genes * 4) : 0);
  p.tile_at = p.list_at + lines(p.most_head * 4);
  p.packed_at = p.tile_at + strips * p.strip_bytes;
  p.bytes = p.packed_at + (p.most_head ? (columns + 31) / 32 * 32 * p.rows * 2 : 0);
  return p;
}

transposed_view view(const plan& p, int64_t genes, int64_t scratch, bool half) {
  transposed_view v;
  v.genes = genes;
  v.bound = at<int64_t>(scratch + p.bound_at);
  v.entry = at<int64_t>(scratch + p.entry_at);
  v.start = at<int32_t>(scratch + p.start_at);
  v.cell = at<uint16_t>(scratch + p.cell_at);
  v.value = at<float>(scratch + p.value_at);
  v.entries = at<uint32_t>(scratch + p.value_at);
  v.dense = at<void>(scratch + p.dense_at);
  v.half = half;
  v.narrow = p.narrow;
  v.blocks = 0;
  v.head = p.most_head ? *at<int64_t>(scratch + p.head_at) : 0;
  v.base = at<uint32_t>(scratch + p.base_at);
  v.none = uint32_t((v.head + kHeadStrip - 1) / kHeadStrip * p.strip_bytes);
  v.list = at<int32_t>(scratch + p.list_at);
  v.tile = at<char>(scratch + p.tile_at);
  v.strip_bytes = p.strip_bytes;
  v.packed = at<uint16_t>(scratch + p.packed_at);
  v.pairs = p.rows / 2;
  v.other_gene = at<uint32_t>(scratch + p.gene_at);
  v.other_value = at<uint16_t>(scratch + p.half_at);
  return v;
}

// Chooses the head from a sample of the cells and writes it down; false where a row cannot be followed.
bool choose(const csr& m, const plan& p, int64_t scratch) {
  uint32_t* base = at<uint32_t>(scratch + p.base_at);
  int32_t* list = at<int32_t>(scratch + p.list_at);
  for (int64_t g = 0; g < m.genes; ++g) base[g] = 0;
  for (int64_t i = 0; i < kSample; ++i) {
    const int64_t r = m.rows / kSample * i;
    if (!m.row_is_sound(r)) return false;
    for (int64_t k = m.row_start[r]; k < m.row_start[r + 1]; ++k) {
      const int64_t g = m.gene_at(k);
      if (g < 0 || g >= m.genes) return false;
      ++base[g];
    }
  }
  int64_t head = 0;
  for (int64_t g = 0; g < m.genes && head < p.most_head; ++g)
    if (double(base[g]) >= kShare * double(kSample)) list[head++] = int32_t(g);
  if (head < kLeastHead) head = 0;
  *at<int64_t>(scratch + p.head_at) = head;
  const uint32_t none = uint32_t((head + kHeadStrip - 1) / kHeadStrip * p.strip_bytes);
  for (int64_t g = 0; g < m.genes; ++g) base[g] = none;
  for (int64_t i = 0; i < head; ++i) base[list[i]] = uint32_t(i / kHeadStrip * p.strip_bytes + i % kHeadStrip * 4);
  return true;
}

plan plan_of(const csr& x, int64_t columns, bool half) { return plan_of(x.rows, x.genes, x.non_zeros, columns, half); }

// Only AVX-512-BF16 lays rows out as bf16.
bool lacks(int32_t isa, int32_t half) { return half && isa < VC_ISA_AVX512_BF16; }

int32_t lacking(int32_t isa) { return fail(VC_UNSUPPORTED, "transposed: instruction set %d has no bfloat16", isa); }

}  // namespace

extern "C" {

int64_t vc_cpu_transposed_scratch(int64_t rows, int64_t genes, int64_t non_zeros, int64_t columns, int32_t half) {
  return plan_of(rows, genes, non_zeros, columns, half != 0).bytes;
}

int64_t vc_cpu_transposed_strip(int32_t isa) { return allowed(isa) ? VC_PICK(isa, transposed_strip)() : 0; }

int32_t vc_cpu_transposed_span(int64_t x, int64_t first_row, int64_t columns, int32_t half, int64_t scratch, int64_t* span) {
  if (int32_t bad = check("transposed_span", VC_ISA_BASELINE, x, first_row, first_row, VC_CSR_ROWS)) return bad;
  if (!scratch || !span || columns < 1) return missing("transposed_span", "scratch or place for the span, or no columns");
  const csr m = unpack(at<int64_t>(x));
  const plan p = plan_of(m, columns, half != 0);
  if (first_row == 0 && p.most_head && !choose(m, p, scratch)) return done("transposed_span", VC_BAD_INDEX, 0, m.rows);
  const transposed_view v = view(p, m.genes, scratch, half != 0);
  int64_t blocks = 0, entries = 0, row = first_row;
  v.bound[0] = first_row;
  v.entry[0] = 0;
  while (blocks < p.blocks && row < m.rows) {
    int64_t block = 0;
    for (; row < m.rows && row - v.bound[blocks] < p.block_rows; ++row) {
      if (!m.row_is_sound(row)) return done("transposed_span", VC_BAD_INDEX, row, row + 1);
      const int64_t length = m.row_start[row + 1] - m.row_start[row];
      if (length > m.genes) return done("transposed_span", VC_BAD_INDEX, row, row + 1);
      if (entries + block + length > p.entries) break;  // a first row always fits
      block += length;
    }
    if (row == v.bound[blocks]) break;
    entries += block;
    v.bound[++blocks] = row;
    v.entry[blocks] = entries;
  }
  if (row < m.rows && blocks == 0) return done("transposed_span", VC_BAD_INDEX, row, row + 1);
  span[0] = blocks;
  span[1] = row;
  return VC_OK;
}

int32_t vc_cpu_transposed_block(int32_t isa, int64_t x, int64_t scale, int64_t columns, int64_t dense, int32_t half,
                                int64_t scratch, int64_t block) {
  if (int32_t bad = check("transposed_block", isa, x, 0, 0, VC_CSR_ROWS)) return bad;
  if (lacks(isa, half)) return lacking(isa);
  if (!scratch || !dense || columns < 1) return missing("transposed_block", "operand");
  const csr m = unpack(at<int64_t>(x));
  const plan p = plan_of(m, columns, half != 0);
  if (block < 0 || block >= p.blocks) return missing("transposed_block", "such block");
  const transposed_view v = view(p, m.genes, scratch, half != 0);
  return done("transposed_block", VC_PICK(isa, transposed_block)(m, at<float>(scale), columns, at<float>(dense), v, block),
              v.bound[block], v.bound[block + 1]);
}

int32_t vc_cpu_transposed_sum(int32_t isa, int64_t x, int64_t first_gene, int64_t end_gene, int64_t strip, int64_t columns,
                              int32_t half, int64_t scratch, int64_t blocks, int64_t out) {
  if (int32_t bad = check("transposed_sum", isa, x, first_gene, end_gene, VC_CSR_GENES)) return bad;
  if (lacks(isa, half)) return lacking(isa);
  if (first_gene == end_gene) return VC_OK;
  const csr m = unpack(at<int64_t>(x));
  const plan p = plan_of(m, columns, half != 0);
  if (!scratch || !out || columns < 1 || blocks < 0 || blocks > p.blocks || strip < 0 ||
      strip * VC_PICK(isa, transposed_strip)() >= columns)
    return missing("transposed_sum", "operand, or no such strip");
  transposed_view v = view(p, m.genes, scratch, half != 0);
  v.blocks = blocks;
  VC_PICK(isa, transposed_sum)(v, v.bound[0] == 0, first_gene, end_gene, strip, columns, at<float>(out));
  return VC_OK;
}

}  // extern "C"
