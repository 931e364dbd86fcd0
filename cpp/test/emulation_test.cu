// The emulation itself: the tensor-core twin is right, and mistakes a GPU would punish are caught. With an argument it
// commits one of the two that only AddressSanitizer sees. SPDX-License-Identifier: Apache-2.0
#include "cases.h"
#include "vc_cuda.h"

namespace {

using namespace test;

// Sums 64 numbers through shared memory; `barrier` says whether the threads wait for each other.
__global__ void block_sum(const float* in, float* out, bool barrier) {
  VC_SHARED(float, part, [2]);
  float v = in[threadIdx.x];
  for (int d = 16; d; d >>= 1) v += __shfl_xor_sync(0xffffffffu, v, d);
  if (threadIdx.x % 32 == 0) part[threadIdx.x / 32] = v;
  if (barrier) __syncthreads();
  if (threadIdx.x == 0) *out = part[0] + part[1];
}

__global__ void divergent_barrier() {
  if (threadIdx.x < 40) __syncthreads();
}

__global__ void early_return() {
  if (threadIdx.x == 3) return;
  __syncwarp();
}

__global__ void false_mask() {
  if (threadIdx.x < 8) __syncwarp(0xf);
}

__global__ void races(int* out) {
  VC_SHARED(int, last, [1]);
  last[0] = int(threadIdx.x);
  __syncthreads();
  if (threadIdx.x == 0) *out = last[0];
}

__global__ void reads_beyond(const float* in, float* out) { out[0] = in[threadIdx.x + 1]; }

__global__ void shared_beyond(float* out) {
  VC_SHARED(float, part, [64]);
  part[threadIdx.x + 1] = 1;
  __syncthreads();
  if (threadIdx.x == 0) *out = part[5];
}

// One warp multiplies 16 x k by k x 8 through tensor-core fragments.
__global__ void tile_product(int k, const uint16_t* a, const uint16_t* b, float* c) {
  const int lane = int(threadIdx.x), row = lane / 4, pair = lane % 4 * 2;
  float d[4] = {0, 0, 0, 0};
  auto two = [](uint16_t low, uint16_t high) { return uint32_t(low) | uint32_t(high) << 16; };
  for (int k0 = 0; k0 < k; k0 += 16) {
    const uint16_t *upper = a + row * k + k0 + pair, *lower = upper + 8 * k, *right = b + (k0 + pair) * 8 + row;
    const uint32_t fa[4] = {two(upper[0], upper[1]), two(lower[0], lower[1]), two(upper[8], upper[9]), two(lower[8], lower[9])};
    const uint32_t fb[2] = {two(right[0], right[8]), two(right[64], right[72])};
    vc_mma_16x8x16_bf16(d, fa, fb);
  }
  c[row * 8 + pair] = d[0];
  c[row * 8 + pair + 1] = d[1];
  c[(row + 8) * 8 + pair] = d[2];
  c[(row + 8) * 8 + pair + 1] = d[3];
}

std::string fault_of(void (*start)()) {
  (void)cudaGetLastError();
  start();
  const cudaError_t error = cudaGetLastError();
  return error == cudaSuccess ? "" : cudaGetErrorString(error);
}

void tensor_core_twin() {
  const int k = 48;
  random_numbers random{3};
  std::vector<uint16_t> a(16 * k), b(k * 8);
  for (auto* m : {&a, &b})
    for (uint16_t& v : *m) v = uint16_t(uint32_t(__float_as_int(float(random.unit() - 0.5))) >> 16);
  auto value = [](uint16_t v) { return double(__int_as_float(int(uint32_t(v) << 16))); };
  std::vector<double> wanted(128), scale(128, 1);
  for (int i = 0; i < 16; ++i)
    for (int j = 0; j < 8; ++j)
      for (int x = 0; x < k; ++x) wanted[size_t(i * 8 + j)] += value(a[size_t(i * k + x)]) * value(b[size_t(x * 8 + j)]);
  std::vector<float> c(128);
  VC_LAUNCH(tile_product, 1, 32, 0, nullptr, k, a.data(), b.data(), c.data());
  expect(cudaGetLastError() == cudaSuccess, "tile product runs");
  near(c, wanted, scale, 1e-5, "tensor-core twin");
}

void mistakes_are_caught() {
  std::vector<float> in(64, 1.0f);
  float with = 0, without = 0;
  VC_LAUNCH(block_sum, 1, 64, 0, nullptr, in.data(), &with, true);
  expect(with == 64, "a correct kernel is correct");
  VC_LAUNCH(block_sum, 1, 64, 0, nullptr, in.data(), &without, false);
  expect(without != 64, "a missing barrier shows as NaN");
  expect(fault_of([] { VC_LAUNCH(divergent_barrier, 1, 64, 0, nullptr); }).find("wait at a barrier") != std::string::npos,
         "a divergent barrier is named");
  expect(fault_of([] { VC_LAUNCH(early_return, 1, 32, 0, nullptr); }).find("has returned") != std::string::npos,
         "a lane that returned before its warp function is named");
  expect(fault_of([] { VC_LAUNCH(false_mask, 1, 32, 0, nullptr); }).find("leaves it out") != std::string::npos,
         "a false mask is named");
  expect(!fault_of([] { VC_LAUNCH(divergent_barrier, 1, 2000, 0, nullptr); }).empty(), "too many threads are refused");
  int forward = 0, backward = 0;
  VC_LAUNCH(races, 1, 64, 0, nullptr, &forward);
  vc_emulation::thread_order = vc_emulation::order::backward;
  VC_LAUNCH(races, 1, 64, 0, nullptr, &backward);
  vc_emulation::thread_order = vc_emulation::order::forward;
  expect(forward != backward, "a race shows in another order of the threads");
}

}  // namespace

int main(int arguments, char** argument) {
  float out = 0;
  if (arguments > 1 && std::strcmp(argument[1], "device") == 0) {
    float* memory = nullptr;
    if (cudaMalloc(&memory, 32 * sizeof(float)) != cudaSuccess) return 2;
    VC_LAUNCH(reads_beyond, 1, 32, 0, nullptr, memory, &out);
    return 0;  // not reached under AddressSanitizer
  }
  if (arguments > 1) {
    VC_LAUNCH(shared_beyond, 1, 64, 0, nullptr, &out);
    return 0;
  }
  tensor_core_twin();
  mistakes_are_caught();
  return verdict("emulation");
}
