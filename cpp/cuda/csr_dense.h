// CSR x dense as its kernels see it, and the choice between them (csr_dense.cu).
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "activation.h"
#include "csr.h"

namespace vc {

// out = activation(x' dense + bias), x' the values in use (see in_use).
struct layer {
  csr_view x;
  const float* scale;  // or null
  int64_t columns;
  const void* dense;  // genes x columns, fp32 or bf16
  bool half;          // bf16
  const float* bias;  // or null
  int32_t activation;
  float* out;
};

__device__ __forceinline__ float weight_at(const layer& y, int64_t at) {
  return y.half ? __int_as_float(int(uint32_t(static_cast<const uint16_t*>(y.dense)[at]) << 16))
                : static_cast<const float*>(y.dense)[at];
}

__device__ __forceinline__ float finished(const layer& y, int64_t column, float sum) {
  return vc_activated(y.activation, y.bias ? sum + y.bias[column] : sum);
}

// Whether the device and the shape are for tensor cores at all; csr_dense_tensor.cu.
bool tensor_product_fits(const queue& q, const layer& y);
int32_t multiply_on_tensor_cores(queue& q, const layer& y, bool fast);

}  // namespace vc
