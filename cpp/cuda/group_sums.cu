// Sum, sum of squares and number of non-zeros of each gene over the cells of each group.
//
// Lists      count: a block counts the cells of each group in its chunk of cells, by integer atomics (exact in any order).
//            offsets: a thread a group turns the counts of the chunks into places and sums them. starts: running sums over
//            groups, one warp: where a group's list begins, and its first unit of at most 2,048 cells. place: a block a chunk
//            writes its cells into the lists, rising.
// Whole      a block of 32 warps owns a unit and as many genes as the device's shared memory holds at 8 bytes; a warp takes
//            a cell at a time. Counts up to 255 are added by 32-bit shared atomics, sum and detections in one number (2,048
//            cells cannot overflow them); the rare larger ones, and at the end the block's sums, by 64-bit atomics to the
//            outputs. Integers: exact in any order, the same bytes at every run.
// Others     a warp owns a group and 256 genes and takes the group's cells in turn; its accumulators stand in shared memory
//            and every output is written once. Double by rising cell, rounded once: the same bytes at every run.
// Bytes      whole: every stored value once for each range of genes, every output once. Others: a search per cell and 256
//            genes more. Scratch: 20 bytes or less a cell, 24 a group.
// Limits     of the others: a very large group is one warp's work per 256 genes.
// SPDX-License-Identifier: Apache-2.0
#include "csr.h"

namespace vc {
namespace {

constexpr int kThreads = 256;
constexpr int kGenes = 256;            // of a warp of `sums`
constexpr int kSumWarps = 4;           // of a block of `sums`
constexpr int kUnit = 2048;            // cells of a block of `whole_sums`
constexpr int kWholeThreads = 1024;
constexpr int kSeenBits = 12;          // of a number that holds a sum and detections
constexpr int64_t kTabled = 255;       // the largest count that is added in shared memory

// Scratch of one call. Chunks are as long as keeps their table at 4 bytes a cell.
struct lists {
  int64_t rows, groups, chunk_rows, chunks;
  int64_t *start, *unit_start, *order;
  int32_t* table;  // [chunks][groups]
};

int64_t lines(int64_t bytes) { return (bytes + 63) / 64 * 64; }

lists lists_at(int64_t scratch, int64_t rows, int64_t groups) {
  lists l{};
  l.rows = rows;
  l.groups = groups;
  l.chunk_rows = (groups + kThreads - 1) / kThreads * kThreads;
  l.chunks = (rows + l.chunk_rows - 1) / l.chunk_rows;
  l.start = reinterpret_cast<int64_t*>(scratch);
  l.unit_start = reinterpret_cast<int64_t*>(scratch += lines((groups + 1) * 8));
  l.order = reinterpret_cast<int64_t*>(scratch += lines((groups + 1) * 8));
  l.table = reinterpret_cast<int32_t*>(scratch += lines(rows * 8));
  return l;
}

__global__ void __launch_bounds__(kThreads) count(lists l, const int32_t* __restrict__ group) {
  const int64_t first = int64_t(blockIdx.x) * l.chunk_rows;
  const int64_t end = first + l.chunk_rows < l.rows ? first + l.chunk_rows : l.rows;
  for (int64_t r = first + threadIdx.x; r < end; r += kThreads)
    if (group[r] >= 0 && group[r] < l.groups) atomicAdd(l.table + int64_t(blockIdx.x) * l.groups + group[r], 1);
}

// table[chunk][g] becomes the number of cells of g in earlier chunks, start[g + 1] the number in all.
__global__ void __launch_bounds__(kThreads) offsets(lists l) {
  const int64_t g = int64_t(blockIdx.x) * kThreads + threadIdx.x;
  if (g >= l.groups) return;
  int64_t before = 0;
  for (int64_t chunk = 0; chunk < l.chunks; ++chunk) {
    int32_t* place = l.table + chunk * l.groups + g;
    const int32_t here = *place;
    *place = int32_t(before);
    before += here;
  }
  l.start[g + 1] = before;
  if (g == 0) l.start[0] = l.unit_start[0] = 0;
}

// One warp: start[g + 1] becomes the number of cells in groups 0 .. g, unit_start[g + 1] that of their units.
__global__ void __launch_bounds__(32) starts(lists l) {
  const int lane = int(threadIdx.x);
  int64_t cells_before = 0, units_before = 0;
  for (int64_t first = 1; first <= l.groups; first += 32) {
    const int64_t g = first + lane;
    int64_t cells = g <= l.groups ? l.start[g] : 0, units = (cells + kUnit - 1) / kUnit;
    for (int distance = 1; distance < 32; distance <<= 1) {
      const int from = lane >= distance ? lane - distance : lane;
      const int64_t more_cells = __shfl_sync(VC_FULL_WARP, cells, from), more_units = __shfl_sync(VC_FULL_WARP, units, from);
      if (lane >= distance) {
        cells += more_cells;
        units += more_units;
      }
    }
    if (g <= l.groups) {
      l.start[g] = cells_before + cells;
      l.unit_start[g] = units_before + units;
    }
    cells_before += __shfl_sync(VC_FULL_WARP, cells, 31);
    units_before += __shfl_sync(VC_FULL_WARP, units, 31);
  }
}

__global__ void __launch_bounds__(kThreads) place(lists l, const int32_t* __restrict__ group) {
  VC_SHARED(int32_t, of, [kThreads]);
  const int thread = int(threadIdx.x);
  const int64_t first = int64_t(blockIdx.x) * l.chunk_rows;
  const int64_t end = first + l.chunk_rows < l.rows ? first + l.chunk_rows : l.rows;
  int32_t* table = l.table + int64_t(blockIdx.x) * l.groups;
  for (int64_t r0 = first; r0 < end; r0 += kThreads) {
    const int64_t r = r0 + thread;
    const int32_t mine = r < end && group[r] >= 0 && group[r] < l.groups ? group[r] : -1;
    of[thread] = mine;
    __syncthreads();
    int rank = 0, later = 0;  // cells of this group before and after this one in the round
    for (int i = 0; i < kThreads; ++i) {
      rank += i < thread && of[i] == mine;
      later += i > thread && of[i] == mine;
    }
    const int32_t before = mine >= 0 ? table[mine] : 0;
    if (mine >= 0) l.order[l.start[mine] + before + rank] = r;
    __syncthreads();  // all have read
    if (mine >= 0 && later == 0) table[mine] = before + rank + 1;
    __syncthreads();
  }
}

// Grid (ranges of `range` genes, units in turn); dynamic shared memory: 8 bytes a gene of the range. Outputs begin as zero.
__global__ void __launch_bounds__(kWholeThreads) whole_sums(csr_view x, lists l, int64_t range, unsigned long long* __restrict__ sum_out,
                                                            unsigned long long* __restrict__ square_out,
                                                            int32_t* __restrict__ seen_out, int32_t* fault) {
  VC_SHARED_DYNAMIC(uint32_t, sum_and_seen);
  uint32_t* square = sum_and_seen + range;
  const int lane = int(threadIdx.x & 31), warp = int(threadIdx.x >> 5);
  const int64_t gene0 = int64_t(blockIdx.x) * range, genes = x.genes - gene0 < range ? x.genes - gene0 : range;
  bool sound = true;
  for (int64_t unit = blockIdx.y; unit < l.unit_start[l.groups]; unit += gridDim.y) {
    int64_t g = 0, above = l.groups;  // unit_start[g] <= unit < unit_start[above]
    while (above - g > 1) {
      const int64_t middle = g + (above - g) / 2;
      (l.unit_start[middle] <= unit ? g : above) = middle;
    }
    const int64_t first = l.start[g] + (unit - l.unit_start[g]) * kUnit;
    const int64_t last = first + kUnit < l.start[g + 1] ? first + kUnit : l.start[g + 1];
    const int64_t to = g * x.genes + gene0;
    for (int64_t i = threadIdx.x; i < 2 * range; i += kWholeThreads) sum_and_seen[i] = 0;
    __syncthreads();
    for (int64_t i = first + warp; i < last; i += kWholeThreads / 32) {
      const int64_t r = l.order[i];
      int64_t begin, end;
      sound = row_range(x, r, begin, end) && sound;
      if (gene0 > 0) begin = find_gene(x, begin, end, gene0);
      for (int64_t k = begin + lane; k < end; k += 32) {
        int64_t gene;
        float stored;
        if (gene_at(x, k) >= gene0 + genes && gene0 + genes < x.genes) break;
        const bool good = entry(x, r, k, gene, stored) && gene >= gene0 && gene < gene0 + genes;
        sound = sound && good;
        if (!good || stored == 0) continue;
        const int64_t v = int64_t(stored);
        if (v > 0 && v <= kTabled) {
          atomicAdd(sum_and_seen + (gene - gene0), uint32_t(v) << kSeenBits | 1u);
          atomicAdd(square + (gene - gene0), uint32_t(v * v));
        } else {
          const int64_t at = g * x.genes + gene;
          atomicAdd(sum_out + at, static_cast<unsigned long long>(v));
          atomicAdd(square_out + at, static_cast<unsigned long long>(v * v));
          atomicAdd(seen_out + at, 1);
        }
      }
    }
    __syncthreads();
    for (int64_t i = threadIdx.x; i < genes; i += kWholeThreads) {
      if (sum_and_seen[i] == 0) continue;
      atomicAdd(sum_out + to + i, static_cast<unsigned long long>(sum_and_seen[i] >> kSeenBits));
      atomicAdd(square_out + to + i, static_cast<unsigned long long>(square[i]));
      atomicAdd(seen_out + to + i, int32_t(sum_and_seen[i] & ((1u << kSeenBits) - 1)));
    }
    __syncthreads();  // before the next unit begins at zero
  }
  if (!sound) report(fault, kGroupSums);
}

// Grid (blocks of kSumWarps tiles of genes, groups in turn).
__global__ void __launch_bounds__(32 * kSumWarps) sums(csr_view x, const float* __restrict__ scale, int64_t groups,
                                                       const int64_t* __restrict__ start, const int64_t* __restrict__ order,
                                                       float* __restrict__ sum_out, float* __restrict__ square_out,
                                                       int32_t* __restrict__ seen_out, int32_t* fault) {
  VC_SHARED(double, sum_of, [kSumWarps][kGenes]);
  VC_SHARED(double, square_of, [kSumWarps][kGenes]);
  VC_SHARED(int32_t, seen_of, [kSumWarps][kGenes]);
  const int lane = int(threadIdx.x & 31), warp = int(threadIdx.x >> 5);
  const int64_t gene0 = (int64_t(blockIdx.x) * kSumWarps + warp) * kGenes;
  double* sum = sum_of[warp];
  double* square = square_of[warp];
  int32_t* seen = seen_of[warp];
  bool sound = true;
  if (gene0 >= x.genes) return;  // whole warps, and no barrier of the block follows
  for (int64_t g = blockIdx.y; g < groups; g += gridDim.y) {
    for (int i = lane; i < kGenes; i += 32) {
      sum[i] = square[i] = 0;
      seen[i] = 0;
    }
    __syncwarp();
    for (int64_t i = start[g]; i < start[g + 1]; ++i) {
      const int64_t r = order[i];
      int64_t begin, end;
      sound = row_range(x, r, begin, end) && sound;
      begin = find_gene(x, begin, end, gene0);
      for (int64_t k = begin + lane; k < end && k < begin + kGenes; k += 32) {
        if (gene_at(x, k) >= gene0 + kGenes) break;
        int64_t gene;
        float stored;
        const bool good = entry(x, r, k, gene, stored) && gene >= gene0;
        sound = sound && good;
        if (!good) continue;
        const double v = double(in_use(stored, scale, r));
        sum[gene - gene0] += v;
        square[gene - gene0] += v * v;
        seen[gene - gene0] += stored != 0;
      }
      __syncwarp();  // the next cell may bring a gene to another lane
    }
    for (int i = lane; i < kGenes && gene0 + i < x.genes; i += 32) {
      const int64_t to = g * x.genes + gene0 + i;
      sum_out[to] = float(sum[i]);
      square_out[to] = float(square[i]);
      seen_out[to] = seen[i];
    }
    __syncwarp();
  }
  if (!sound) report(fault, kGroupSums);
}

}  // namespace
}  // namespace vc

extern "C" int64_t vc_cuda_group_sums_scratch(int64_t rows, int64_t groups) {
  const vc::lists l = vc::lists_at(0, rows, groups > 0 ? groups : 1);
  return reinterpret_cast<int64_t>(l.table) + vc::lines(l.chunks * l.groups * 4);
}

extern "C" int32_t vc_cuda_group_sums(int64_t queue, const int64_t* fields, int64_t scale, int64_t groups, int64_t group,
                                      int32_t whole, int64_t scratch, int64_t sums, int64_t squares, int64_t detections) {
  VC_ENTER(q, queue);
  if (int32_t bad = vc::check_csr("group_sums", fields)) return bad;
  const vc::csr_view x = vc::view(fields);
  if (x.genes == 0 || groups == 0) return VC_OK;
  if (groups < 0 || !scratch || !sums || !squares || !detections || (x.rows && !group))
    return vc::cuda_fail(VC_INVALID, "group_sums: no operand");
  const vc::lists l = vc::lists_at(scratch, x.rows, groups);
  const auto* of = reinterpret_cast<const int32_t*>(group);
  auto* seen = reinterpret_cast<int32_t*>(detections);
  if (l.chunks > INT32_MAX) return vc::cuda_fail(VC_INVALID, "group_sums: %lld cells", (long long)x.rows);
  if (l.chunks > 0) {
    VC_CHECK(cudaMemsetAsync(l.table, 0, size_t(l.chunks * groups) * 4, q.stream));
    VC_LAUNCH(vc::count, unsigned(l.chunks), vc::kThreads, 0, q.stream, l, of);
    VC_LAUNCHED(q, vc::kGroupSums);
  }
  VC_LAUNCH(vc::offsets, unsigned((groups + vc::kThreads - 1) / vc::kThreads), vc::kThreads, 0, q.stream, l);
  VC_LAUNCHED(q, vc::kGroupSums);
  VC_LAUNCH(vc::starts, 1, 32, 0, q.stream, l);
  VC_LAUNCHED(q, vc::kGroupSums);
  if (l.chunks > 0) {
    VC_LAUNCH(vc::place, unsigned(l.chunks), vc::kThreads, 0, q.stream, l, of);
    VC_LAUNCHED(q, vc::kGroupSums);
  }
  if (whole) {
    const int64_t most = q.shared_bytes / 8 / 32 * 32, all = (x.genes + 31) / 32 * 32;
    const int64_t ranges = (all + most - 1) / most;
    const int64_t range = ((all + ranges - 1) / ranges + 31) / 32 * 32;
    const int64_t units = groups + x.rows / vc::kUnit;  // at most: one begun for each group
    const size_t outputs = size_t(groups * x.genes);
    VC_CHECK(cudaMemsetAsync(reinterpret_cast<void*>(sums), 0, outputs * 8, q.stream));
    VC_CHECK(cudaMemsetAsync(reinterpret_cast<void*>(squares), 0, outputs * 8, q.stream));
    VC_CHECK(cudaMemsetAsync(reinterpret_cast<void*>(detections), 0, outputs * 4, q.stream));
    VC_CHECK(cudaFuncSetAttribute(vc::whole_sums, cudaFuncAttributeMaxDynamicSharedMemorySize, int(range * 8)));
    const dim3 grid(unsigned((x.genes + range - 1) / range), unsigned(units < 65535 ? units : 65535));
    VC_LAUNCH(vc::whole_sums, grid, vc::kWholeThreads, size_t(range * 8), q.stream, x, l, range,
              reinterpret_cast<unsigned long long*>(sums), reinterpret_cast<unsigned long long*>(squares), seen, q.fault);
  } else {
    const dim3 grid(unsigned((x.genes + vc::kSumWarps * vc::kGenes - 1) / (vc::kSumWarps * vc::kGenes)),
                    unsigned(groups < 65535 ? groups : 65535));
    VC_LAUNCH(vc::sums, grid, 32 * vc::kSumWarps, 0, q.stream, x, reinterpret_cast<const float*>(scale), groups, l.start, l.order,
              reinterpret_cast<float*>(sums), reinterpret_cast<float*>(squares), seen, q.fault);
  }
  VC_LAUNCHED(q, vc::kGroupSums);
  return VC_OK;
}
