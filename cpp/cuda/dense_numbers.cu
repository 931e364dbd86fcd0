// Numbers of a dense matrix copied into row-major order of either type, and the search for what is not finite. Each reads
// once; blocks of 256 threads walk the elements in strides of the grid.
// SPDX-License-Identifier: Apache-2.0
#include "dense.h"

namespace vc {
namespace {

constexpr int kThreads = 256;

__global__ void __launch_bounds__(kThreads) dense_copy(const void* from, bool from_half, int64_t elements, int64_t columns,
                                                       int64_t row, int64_t column, void* to, bool to_half) {
  const int64_t threads = int64_t(gridDim.x) * kThreads;
  for (int64_t i = int64_t(blockIdx.x) * kThreads + threadIdx.x; i < elements; i += threads)
    put_number_at(to, to_half, i, number_at(from, from_half, i / columns * row + i % columns * column));
}

__global__ void __launch_bounds__(kThreads) dense_finite(const void* x, bool half, int64_t elements, int32_t* finite) {
  const int64_t threads = int64_t(gridDim.x) * kThreads;
  bool good = true;
  for (int64_t i = int64_t(blockIdx.x) * kThreads + threadIdx.x; i < elements; i += threads)
    good = good && (uint32_t(__float_as_int(number_at(x, half, i))) & 0x7f800000u) != 0x7f800000u;
  if (!good) atomicExch(finite, 0);
}

__global__ void set_one(int32_t* flag) { *flag = 1; }

unsigned blocks(const queue& q, int64_t elements) {
  const int64_t needed = (elements + kThreads - 1) / kThreads, most = int64_t(q.processors) * 8;
  return unsigned(needed < most ? needed : most);
}

}  // namespace
}  // namespace vc

extern "C" int32_t vc_cuda_dense_copy(int64_t queue, int64_t from, int32_t from_type, int64_t rows, int64_t columns, int64_t row,
                                      int64_t column, int64_t to, int32_t to_type) {
  VC_ENTER(q, queue);
  if ((from_type != VC_F32 && from_type != VC_BF16) || (to_type != VC_F32 && to_type != VC_BF16) || rows < 0 || columns < 0 ||
      row < 0 || column < 0)
    return vc::cuda_fail(VC_INVALID, "dense_copy: %lld x %lld of type %d to %d", (long long)rows, (long long)columns, from_type,
                         to_type);
  if (rows == 0 || columns == 0) return VC_OK;
  if (!from || !to) return vc::cuda_fail(VC_INVALID, "dense_copy: no operand");
  VC_LAUNCH(vc::dense_copy, vc::blocks(q, rows * columns), vc::kThreads, 0, q.stream, reinterpret_cast<const void*>(from),
            from_type == VC_BF16, rows * columns, columns, row, column, reinterpret_cast<void*>(to), to_type == VC_BF16);
  VC_LAUNCHED(q, vc::kDense);
  return VC_OK;
}

extern "C" int32_t vc_cuda_dense_finite(int64_t queue, int64_t x, int32_t type, int64_t elements, int64_t finite) {
  VC_ENTER(q, queue);
  if ((type != VC_F32 && type != VC_BF16) || elements < 0 || !finite || (elements && !x))
    return vc::cuda_fail(VC_INVALID, "dense_finite: %lld elements of type %d, or no operand", (long long)elements, type);
  auto* flag = reinterpret_cast<int32_t*>(finite);
  VC_LAUNCH(vc::set_one, 1, 1, 0, q.stream, flag);
  VC_LAUNCHED(q, vc::kDense);
  if (elements == 0) return VC_OK;
  VC_LAUNCH(vc::dense_finite, vc::blocks(q, elements), vc::kThreads, 0, q.stream, reinterpret_cast<const void*>(x),
            type == VC_BF16, elements, flag);
  VC_LAUNCHED(q, vc::kDense);
  return VC_OK;
}
