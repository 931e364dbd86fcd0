// The end of a layer on one number: bias, then an activation of virtualcell.h. Errors below 4e-7 of |x| (softplus: of itself); NaN stays NaN.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "vc_cuda.h"
#include "virtualcell.h"

// x / (1 + exp(-y)); an exponential that overflows leaves zero.
__device__ __forceinline__ float vc_logistic(float x, float y) { return x / (1.0f + expf(-y)); }

// Not inlined: epilogues are unrolled over many outputs, and with five exponentials in each the kernels were twice the size.
VC_CALLED float vc_curved(int32_t activation, float x) {
  switch (activation) {
    case VC_ACTIVATION_GELU: return 0.5f * x * erfcf(x * -0.70710678f);  // x Phi(x)
    case VC_ACTIVATION_GELU_TANH: return vc_logistic(x, 1.59576912f * (x + 0.044715f * x * x * x));
    case VC_ACTIVATION_SILU: return vc_logistic(x, x);
    case VC_ACTIVATION_SOFTPLUS: return (x > 0 ? x : 0.0f) + log1pf(expf(x > 0 ? -x : x));
    default: return x;
  }
}

__device__ __forceinline__ float vc_activated(int32_t activation, float x) {
  if (activation == VC_ACTIVATION_NONE) return x;
  if (activation == VC_ACTIVATION_RELU) return x < 0 ? 0.0f : x;
  return vc_curved(activation, x);
}
