// Sum, sum of squares and number of non-zeros of each gene over the cells of each group.
//
// Steps      count: cells per group, by integer atomics (exact in any order). starts: their running sum, one warp.
//            list: a block a group walks all cells and lists its own, rising (a ballot per warp, warps in order).
//            sums: a warp owns a group and 256 genes and takes the group's cells in turn; its accumulators stand in shared
//            memory and every output is written once.
// Order      whole numbers in int64: exact. Others in double by rising cell, rounded once. The same bytes at every run.
// Bytes      every stored value once, plus a search per cell and 256 genes; group numbers once per group, from cache.
// Limits     a very large group is one warp's work per 256 genes; splitting it needs partial sums (not done yet).
// SPDX-License-Identifier: Apache-2.0
#include "csr.h"

namespace vc {
namespace {

constexpr int kThreads = 256, kWarps = kThreads / 32;
constexpr int kGenes = 256;     // of a warp
constexpr int kSumWarps = 4;    // of a block of sums

__global__ void __launch_bounds__(kThreads) count(int64_t rows, int64_t groups, const int32_t* __restrict__ group,
                                                  unsigned long long* start) {
  const int64_t threads = int64_t(gridDim.x) * kThreads;
  for (int64_t r = int64_t(blockIdx.x) * kThreads + threadIdx.x; r < rows; r += threads)
    if (group[r] >= 0 && group[r] < groups) atomicAdd(start + group[r] + 1, 1ull);
}

// One warp: start[g + 1] becomes the number of cells in groups 0 .. g.
__global__ void __launch_bounds__(32) starts(int64_t groups, unsigned long long* start) {
  const int lane = int(threadIdx.x);
  unsigned long long before = 0;
  for (int64_t first = 1; first <= groups; first += 32) {
    const int64_t g = first + lane;
    unsigned long long sum = g <= groups ? start[g] : 0;
    for (int distance = 1; distance < 32; distance <<= 1) {
      const unsigned long long below = __shfl_sync(VC_FULL_WARP, sum, lane >= distance ? lane - distance : lane);
      if (lane >= distance) sum += below;
    }
    if (g <= groups) start[g] = before + sum;
    before += __shfl_sync(VC_FULL_WARP, sum, 31);
  }
}

// Grid: blocks take groups in turn.
__global__ void __launch_bounds__(kThreads) list(int64_t rows, int64_t groups, const int32_t* __restrict__ group,
                                                 const int64_t* __restrict__ start, int64_t* __restrict__ order) {
  VC_SHARED(int, found, [kWarps]);
  const int lane = int(threadIdx.x & 31), warp = int(threadIdx.x >> 5);
  for (int64_t g = blockIdx.x; g < groups; g += gridDim.x) {
    int64_t at = start[g];
    if (start[g + 1] == at) continue;  // the same for all threads of the block
    for (int64_t first = 0; first < rows; first += kThreads) {
      const int64_t r = first + threadIdx.x;
      const bool mine = r < rows && group[r] == g;
      const unsigned votes = __ballot_sync(VC_FULL_WARP, mine);
      if (lane == 0) found[warp] = __popc(votes);
      __syncthreads();
      int before = 0, all = 0;
      for (int w = 0; w < kWarps; ++w) {
        before += w < warp ? found[w] : 0;
        all += found[w];
      }
      if (mine) order[at + before + __popc(votes & ((1u << lane) - 1))] = r;
      at += all;
      __syncthreads();  // before the next round overwrites what was found
    }
  }
}

// Grid (blocks of kSumWarps tiles of genes, groups in turn). Sum is int64_t or double, Out int64_t or float.
template <class Sum, class Out>
__global__ void __launch_bounds__(32 * kSumWarps) sums(csr_view x, const float* __restrict__ scale, int64_t groups,
                                                       const int64_t* __restrict__ start, const int64_t* __restrict__ order,
                                                       Out* __restrict__ sum_out, Out* __restrict__ square_out,
                                                       int32_t* __restrict__ seen_out, int32_t* fault) {
  VC_SHARED(Sum, sum_of, [kSumWarps][kGenes]);
  VC_SHARED(Sum, square_of, [kSumWarps][kGenes]);
  VC_SHARED(int32_t, seen_of, [kSumWarps][kGenes]);
  const int lane = int(threadIdx.x & 31), warp = int(threadIdx.x >> 5);
  const int64_t gene0 = (int64_t(blockIdx.x) * kSumWarps + warp) * kGenes;
  Sum* sum = sum_of[warp];
  Sum* square = square_of[warp];
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
        const Sum v = Sum(in_use(stored, scale, r));
        sum[gene - gene0] += v;
        square[gene - gene0] += v * v;
        seen[gene - gene0] += stored != 0;
      }
      __syncwarp();  // the next cell may bring a gene to another lane
    }
    for (int i = lane; i < kGenes && gene0 + i < x.genes; i += 32) {
      const int64_t to = g * x.genes + gene0 + i;
      sum_out[to] = Out(sum[i]);
      square_out[to] = Out(square[i]);
      seen_out[to] = seen[i];
    }
    __syncwarp();
  }
  if (!sound) report(fault, kGroupSums);
}

int64_t lines(int64_t bytes) { return (bytes + 63) / 64 * 64; }

}  // namespace
}  // namespace vc

extern "C" int64_t vc_cuda_group_sums_scratch(int64_t rows, int64_t groups) {
  return vc::lines((groups + 1) * 8) + vc::lines(rows * 8);
}

extern "C" int32_t vc_cuda_group_sums(int64_t queue, const int64_t* fields, int64_t scale, int64_t groups, int64_t group,
                                      int32_t whole, int64_t scratch, int64_t sums, int64_t squares, int64_t detections) {
  VC_ENTER(q, queue);
  if (int32_t bad = vc::check_csr("group_sums", fields)) return bad;
  const vc::csr_view x = vc::view(fields);
  if (x.genes == 0 || groups == 0) return VC_OK;
  if (groups < 0 || !scratch || !sums || !squares || !detections || (x.rows && !group))
    return vc::cuda_fail(VC_INVALID, "group_sums: no operand");
  auto* start = reinterpret_cast<int64_t*>(scratch);
  auto* counts = reinterpret_cast<unsigned long long*>(scratch);
  auto* order = reinterpret_cast<int64_t*>(scratch + vc::lines((groups + 1) * 8));
  const auto* of = reinterpret_cast<const int32_t*>(group);
  const auto* s = reinterpret_cast<const float*>(scale);
  auto* seen = reinterpret_cast<int32_t*>(detections);
  VC_CHECK(cudaMemsetAsync(counts, 0, size_t(groups + 1) * 8, q.stream));
  VC_LAUNCH(vc::count, vc::blocks_for(q, x.rows, vc::kThreads), vc::kThreads, 0, q.stream, x.rows, groups, of, counts);
  VC_LAUNCHED(q, vc::kGroupSums);
  VC_LAUNCH(vc::starts, 1, 32, 0, q.stream, groups, counts);
  VC_LAUNCHED(q, vc::kGroupSums);
  VC_LAUNCH(vc::list, vc::blocks_for(q, groups, 1), vc::kThreads, 0, q.stream, x.rows, groups, of, start, order);
  VC_LAUNCHED(q, vc::kGroupSums);
  const dim3 grid(unsigned((x.genes + vc::kSumWarps * vc::kGenes - 1) / (vc::kSumWarps * vc::kGenes)),
                  unsigned(groups < 65535 ? groups : 65535));
  if (whole) {
    VC_LAUNCH((vc::sums<int64_t, int64_t>), grid, 32 * vc::kSumWarps, 0, q.stream, x, nullptr, groups, start, order,
              reinterpret_cast<int64_t*>(sums), reinterpret_cast<int64_t*>(squares), seen, q.fault);
  } else {
    VC_LAUNCH((vc::sums<double, float>), grid, 32 * vc::kSumWarps, 0, q.stream, x, s, groups, start, order,
              reinterpret_cast<float*>(sums), reinterpret_cast<float*>(squares), seen, q.fault);
  }
  VC_LAUNCHED(q, vc::kGroupSums);
  return VC_OK;
}
