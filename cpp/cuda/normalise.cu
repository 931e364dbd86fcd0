// Row scale, structure copy and normalised logarithms.
//
// Geometry   blocks of 256 threads, one warp a cell, at most 64 blocks a multiprocessor; a warp takes further cells in turn.
// Order      row_scale: lane l sums entries l, l + 32, ... in double, then the lanes in a fixed tree: exact for counts.
// Bytes      every stored value once (8 bytes plain, 3 compact); log_normalize writes 4 more.
// SPDX-License-Identifier: Apache-2.0
#include "csr.h"

namespace vc {
namespace {

constexpr int kThreads = 256, kWarps = kThreads / 32;

__global__ void __launch_bounds__(kThreads) row_scale(csr_view x, float total, float* __restrict__ out, int32_t* fault) {
  const int lane = int(threadIdx.x & 31);
  const int64_t warps = int64_t(gridDim.x) * kWarps;
  for (int64_t r = int64_t(blockIdx.x) * kWarps + (threadIdx.x >> 5); r < x.rows; r += warps) {
    int64_t begin, end;
    bool sound = row_range(x, r, begin, end);
    double sum = 0;
    for (int64_t k = begin + lane; k < end; k += 32) {
      int64_t gene;
      float stored;
      sound = entry(x, r, k, gene, stored) && sound;
      sum += double(stored);
    }
    for (int distance = 16; distance; distance >>= 1) sum += __shfl_xor_sync(VC_FULL_WARP, sum, distance);
    if (!sound) report(fault, kRowScale);
    if (lane == 0) out[r] = sum == 0 ? 0.0f : float(double(total) / sum);
  }
}

__global__ void __launch_bounds__(kThreads) copy_structure(csr_view x, int64_t* __restrict__ row_start, int32_t* __restrict__ gene,
                                                           int32_t* fault) {
  const int lane = int(threadIdx.x & 31);
  const int64_t warps = int64_t(gridDim.x) * kWarps;
  for (int64_t r = int64_t(blockIdx.x) * kWarps + (threadIdx.x >> 5); r <= x.rows; r += warps) {
    if (lane == 0) row_start[r] = x.row_start[r];
    if (r == x.rows) continue;
    int64_t begin, end;
    if (!row_range(x, r, begin, end)) report(fault, kCopyStructure);
    for (int64_t k = begin + lane; k < end; k += 32) gene[k] = int32_t(gene_at(x, k));
  }
}

__global__ void __launch_bounds__(kThreads) log_normalize(csr_view x, const float* __restrict__ scale, float* __restrict__ out,
                                                          int32_t* fault) {
  const int lane = int(threadIdx.x & 31);
  const int64_t warps = int64_t(gridDim.x) * kWarps;
  for (int64_t r = int64_t(blockIdx.x) * kWarps + (threadIdx.x >> 5); r < x.rows; r += warps) {
    int64_t begin, end;
    bool sound = row_range(x, r, begin, end);
    for (int64_t k = begin + lane; k < end; k += 32) {
      int64_t gene;
      float stored;
      sound = entry(x, r, k, gene, stored) && sound;
      out[k] = in_use(stored, scale, r);
    }
    if (!sound) report(fault, kLogNormalize);
  }
}

}  // namespace
}  // namespace vc

extern "C" {

int32_t vc_cuda_row_scale(int64_t queue, const int64_t* fields, float total, int64_t out) {
  VC_ENTER(q, queue);
  if (int32_t bad = vc::check_csr("row_scale", fields)) return bad;
  const vc::csr_view x = vc::view(fields);
  if (x.rows == 0) return VC_OK;
  VC_LAUNCH(vc::row_scale, vc::blocks_for(q, x.rows, vc::kWarps), vc::kThreads, 0, q.stream, x, total,
            reinterpret_cast<float*>(out), q.fault);
  VC_LAUNCHED(q, vc::kRowScale);
  return VC_OK;
}

int32_t vc_cuda_copy_structure(int64_t queue, const int64_t* fields, int64_t out_row_start, int64_t out_gene) {
  VC_ENTER(q, queue);
  if (int32_t bad = vc::check_csr("copy_structure", fields)) return bad;
  const vc::csr_view x = vc::view(fields);
  VC_LAUNCH(vc::copy_structure, vc::blocks_for(q, x.rows + 1, vc::kWarps), vc::kThreads, 0, q.stream, x,
            reinterpret_cast<int64_t*>(out_row_start), reinterpret_cast<int32_t*>(out_gene), q.fault);
  VC_LAUNCHED(q, vc::kCopyStructure);
  return VC_OK;
}

int32_t vc_cuda_log_normalize(int64_t queue, const int64_t* fields, int64_t scale, int64_t out) {
  VC_ENTER(q, queue);
  if (int32_t bad = vc::check_csr("log_normalize", fields)) return bad;
  const vc::csr_view x = vc::view(fields);
  if (x.rows == 0 || x.non_zeros == 0) return VC_OK;
  if (!scale || !out) return vc::cuda_fail(VC_INVALID, "log_normalize: no operand");
  VC_LAUNCH(vc::log_normalize, vc::blocks_for(q, x.rows, vc::kWarps), vc::kThreads, 0, q.stream, x,
            reinterpret_cast<const float*>(scale), reinterpret_cast<float*>(out), q.fault);
  VC_LAUNCHED(q, vc::kLogNormalize);
  return VC_OK;
}

}  // extern "C"
