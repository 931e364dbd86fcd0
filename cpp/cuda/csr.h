// A sparse matrix as kernels see it, passed by value, and the device functions that read it.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "queue.h"

namespace vc {

struct csr_view {
  bool compact;
  int64_t rows, genes, non_zeros, escapes;
  const int64_t* row_start;
  const void *gene, *value;
  const int64_t* escape_start;
  const uint16_t* escape_gene;
  const int32_t* escape_value;
};

inline csr_view view(const int64_t* f) {
  csr_view x;
  x.compact = f[VC_CSR_PACKING] == VC_COMPACT;
  x.rows = f[VC_CSR_ROWS];
  x.genes = f[VC_CSR_GENES];
  x.non_zeros = f[VC_CSR_NON_ZEROS];
  x.escapes = f[VC_CSR_ESCAPES];
  x.row_start = reinterpret_cast<const int64_t*>(f[VC_CSR_ROW_START]);
  x.gene = reinterpret_cast<const void*>(f[VC_CSR_GENE]);
  x.value = reinterpret_cast<const void*>(f[VC_CSR_VALUE]);
  x.escape_start = reinterpret_cast<const int64_t*>(f[VC_CSR_ESCAPE_START]);
  x.escape_gene = reinterpret_cast<const uint16_t*>(f[VC_CSR_ESCAPE_GENE]);
  x.escape_value = reinterpret_cast<const int32_t*>(f[VC_CSR_ESCAPE_VALUE]);
  return x;
}

// What every entry checks of its matrix; VC_OK or the failure.
int32_t check_csr(const char* name, const int64_t* fields);

#define VC_FULL_WARP 0xffffffffu

__device__ __forceinline__ void report(int32_t* fault, int operation) { atomicMax(fault, int32_t(operation)); }

// The entries of a row; none if its offsets cannot be followed.
__device__ __forceinline__ bool row_range(const csr_view& x, int64_t row, int64_t& begin, int64_t& end) {
  begin = x.row_start[row];
  end = x.row_start[row + 1];
  if (begin >= 0 && begin <= end && end <= x.non_zeros) return true;
  begin = end = 0;
  return false;
}

__device__ __forceinline__ int64_t gene_at(const csr_view& x, int64_t k) {
  return x.compact ? int64_t(static_cast<const uint16_t*>(x.gene)[k]) : int64_t(static_cast<const int32_t*>(x.gene)[k]);
}

// The first entry of [begin, end) whose gene is at least `gene`.
__device__ __forceinline__ int64_t find_gene(const csr_view& x, int64_t begin, int64_t end, int64_t gene) {
  while (begin < end) {
    const int64_t middle = begin + (end - begin) / 2;
    if (gene_at(x, middle) < gene) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return begin;
}

// The count of an escaped gene, -1 where the row has no such escape. Escapes are rare.
__device__ __forceinline__ int64_t escaped(const csr_view& x, int64_t row, int64_t gene) {
  int64_t begin = x.escape_start[row], end = x.escape_start[row + 1];
  if (begin < 0 || begin > end || end > x.escapes) return -1;
  while (begin < end) {
    const int64_t middle = begin + (end - begin) / 2;
    if (x.escape_gene[middle] == gene) return x.escape_value[middle];
    if (x.escape_gene[middle] < gene) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return -1;
}

// Entry k of a row: its gene and stored value; false (and gene 0, value 0) where either is out of range.
__device__ __forceinline__ bool entry(const csr_view& x, int64_t row, int64_t k, int64_t& gene, float& stored) {
  gene = gene_at(x, k);
  bool sound = gene >= 0 && gene < x.genes;
  if (x.compact) {
    const int count = static_cast<const uint8_t*>(x.value)[k];
    const int64_t whole = count == VC_ESCAPE && sound ? escaped(x, row, gene) : count;
    sound = sound && whole >= 0;
    stored = float(whole);
  } else {
    stored = static_cast<const float*>(x.value)[k];
  }
  if (!sound) {
    gene = 0;
    stored = 0;
  }
  return sound;
}

// The value a kernel works with: stored, or log1p(stored * scale[row]).
__device__ __forceinline__ float in_use(float stored, const float* scale, int64_t row) {
  return scale ? log1pf(stored * scale[row]) : stored;
}

// Grid of `block`-sized blocks for `work` units, each block taking several where there are very many.
inline unsigned blocks_for(const queue& q, int64_t work, int64_t per_block) {
  const int64_t wanted = (work + per_block - 1) / per_block, most = int64_t(q.processors) * 64;
  return unsigned(wanted < 1 ? 1 : wanted < most ? wanted : most);
}

}  // namespace vc
