// A dense product as its kernels see it, and what follows the product. SPDX-License-Identifier: Apache-2.0
#pragma once
#include "activation.h"
#include "mma.h"
#include "queue.h"
#include "virtualcell_cuda_dense.h"

namespace vc {

struct dense_factor {
  const void* data;
  bool half;
  int64_t row, column;      // strides; one of them is 1
  int64_t outer, item;      // from one product of a batch to the next
};

struct dense_call {
  int64_t m, n, k;
  dense_factor a, b;
  void* out;
  bool out_half, add;
  int64_t out_row, out_outer, out_item;
  float factor;
  const float* bias;
  int32_t activation;
  const void* residual;
  bool residual_half;
  void* before;
  bool before_half;
  uint16_t* copy;
  int64_t items;            // of an outer one
  int64_t first_item;       // of this launch
};

__device__ __forceinline__ float number_at(const void* p, bool half, int64_t at) {
  return half ? vc_from_bf16(static_cast<const uint16_t*>(p)[at]) : static_cast<const float*>(p)[at];
}

__device__ __forceinline__ void put_number_at(void* p, bool half, int64_t at, float x) {
  if (half) {
    static_cast<uint16_t*>(p)[at] = uint16_t(vc_bf16(x));
  } else {
    static_cast<float*>(p)[at] = x;
  }
}

// The end of element (row, column) of an item, if it is one.
__device__ __forceinline__ void finish(const dense_call& c, int64_t item, int64_t row, int64_t column, float sum) {
  if (row >= c.m || column >= c.n) return;
  const int64_t to = item / c.items * c.out_outer + item % c.items * c.out_item + row * c.out_row + column;
  float z = c.factor * sum;
  if (c.add) z += static_cast<const float*>(c.out)[to];
  if (c.bias) z += c.bias[column];
  const int64_t at = row * c.n + column;
  if (c.before) put_number_at(c.before, c.before_half, at, z);
  float y = vc_activated(c.activation, z);
  if (c.residual) y += number_at(c.residual, c.residual_half, at);
  put_number_at(c.out, c.out_half, to, y);
  if (c.copy) c.copy[at] = uint16_t(vc_bf16(y));
}

// Enqueues the products of `outer` x c.items items. `rounded`: factors may be rounded to bf16; `tensor`: on tensor cores.
int32_t multiply_dense(queue& q, dense_call c, int64_t outer, bool rounded, bool tensor);

}  // namespace vc
