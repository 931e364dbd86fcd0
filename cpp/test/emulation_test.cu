// The emulation itself: the tensor-core twin is right, and mistakes a GPU would punish are caught. With an argument it
// commits one of the two that only AddressSanitizer sees. SPDX-License-Identifier: Apache-2.0
#include "cases.h"
#include "mma.h"

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

// Right in every order of the threads, and still a race: nothing says that the neighbour has written.
__global__ void neighbour(int* out, bool vote) {
  VC_SHARED(int, part, [64]);
  part[threadIdx.x] = int(threadIdx.x);
  if (vote) (void)__ballot_sync(0xffffffffu, 1);
  if (threadIdx.x % 32 != 0) out[threadIdx.x] = part[threadIdx.x - 1] < 0;
}

__global__ void same_for_all_blocks(int* out) {
  if (threadIdx.x == blockIdx.x) *out = 7;
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

// The same through tiles in shared memory: A as 16 x 16 or transposed, B as 16 x 16 or transposed, two tiles of C.
__global__ void shared_tile_product(int k, const uint16_t* a, const uint16_t* b, bool a_turned, bool b_turned, float* c) {
  VC_SHARED(uint16_t, left, [16 * 24]);  // rows of 24 numbers are 16-byte aligned and meet different banks
  VC_SHARED(uint16_t, right, [16 * 24]);
  const int lane = int(threadIdx.x), tile = lane / 8, in_tile = lane % 8;
  float d[2][4] = {};
  for (int k0 = 0; k0 < k; k0 += 16) {
    __syncthreads();
    for (int i = lane; i < 256; i += 32) {
      left[a_turned ? i % 16 * 24 + i / 16 : i / 16 * 24 + i % 16] = a[i / 16 * k + k0 + i % 16];
      right[b_turned ? i % 16 * 24 + i / 16 : i / 16 * 24 + i % 16] = b[(k0 + i / 16) * 16 + i % 16];
    }
    __syncthreads();
    uint32_t fa[4], fb[4];
    const int first = tile % 2 * 8, second = tile / 2 * 8;
    if (a_turned) {
      vc_ldmatrix_x4_trans(fa, left + (second + in_tile) * 24 + first);
    } else {
      vc_ldmatrix_x4(fa, left + (first + in_tile) * 24 + second);
    }
    if (b_turned) {
      vc_ldmatrix_x4(fb, right + (second + in_tile) * 24 + first);
    } else {
      vc_ldmatrix_x4_trans(fb, right + (first + in_tile) * 24 + second);
    }
    for (int j = 0; j < 2; ++j) vc_mma_16x8x16_bf16(d[j], fa, {fb[2 * j], fb[2 * j + 1]});
  }
  for (int j = 0; j < 2; ++j)
    for (int i = 0; i < 4; ++i) c[(lane / 4 + i / 2 * 8) * 16 + j * 8 + lane % 4 * 2 + i % 2] = d[j][i];
}

__global__ void misaligned_tile(float* out) {
  VC_SHARED(uint16_t, part, [32 * 9]);
  for (int i = int(threadIdx.x); i < 32 * 9; i += 32) part[i] = 0;
  __syncthreads();
  uint32_t f[4];
  vc_ldmatrix_x4(f, part + threadIdx.x * 9);
  out[threadIdx.x] = float(f[0]);
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

void tiles_from_shared_memory() {
  const int k = 48;
  random_numbers random{4};
  std::vector<uint16_t> a(16 * k), b(k * 16);
  for (auto* m : {&a, &b})
    for (uint16_t& v : *m) v = uint16_t(vc_bf16(float(random.unit() - 0.5)));
  std::vector<double> wanted(256), scale(256, 1);
  for (int i = 0; i < 16; ++i)
    for (int j = 0; j < 16; ++j)
      for (int x = 0; x < k; ++x)
        wanted[size_t(i * 16 + j)] += double(vc_from_bf16(a[size_t(i * k + x)])) * double(vc_from_bf16(b[size_t(x * 16 + j)]));
  for (const auto order : {vc_emulation::order::forward, vc_emulation::order::backward, vc_emulation::order::shuffled})
    for (int form = 0; form < 4; ++form) {
      vc_emulation::thread_order = order;
      std::vector<float> c(256);
      VC_LAUNCH(shared_tile_product, 1, 32, 0, nullptr, k, a.data(), b.data(), form % 2 == 1, form / 2 == 1, c.data());
      expect(cudaGetLastError() == cudaSuccess, "tile product from shared memory runs");
      near(c, wanted, scale, 1e-5, "tiles from shared memory");
    }
  vc_emulation::thread_order = vc_emulation::order::forward;
}

void bf16_numbers() {
  const float infinity = __int_as_float(0x7f800000);
  expect(vc_bf16(1.0f) == 0x3f80 && vc_bf16(-2.0f) == 0xc000, "bf16 of whole numbers");
  expect(vc_bf16(__int_as_float(0x3f808000)) == 0x3f80 && vc_bf16(__int_as_float(0x3f818000)) == 0x3f82, "bf16 ties go to even");
  expect(vc_bf16(__int_as_float(0x3f808001)) == 0x3f81, "bf16 above a tie goes up");
  expect(vc_bf16(infinity) == 0x7f80 && vc_bf16(__int_as_float(0x7f800001)) == 0x7fc0, "bf16 of infinity and not-a-number");
  expect(vc_bf16(__int_as_float(0x7f7fffff)) == 0x7f80, "bf16 beyond the largest is infinity");
  random_numbers random{5};
  for (int i = 0; i < 1000; ++i) {
    const float x = float((random.unit() - 0.5) * std::pow(2.0, double(i % 160 - 80)));
    uint32_t part[3];
    vc_split_bf16(x, part);
    expect(double(vc_from_bf16(part[0])) + double(vc_from_bf16(part[1])) + double(vc_from_bf16(part[2])) == double(x),
           "three parts are the number");
  }
  uint32_t part[3];
  vc_split_bf16(infinity, part);
  expect(part[0] == 0x7f80 && part[1] == 0 && part[2] == 0, "the parts of infinity");
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
  expect(fault_of([] {
           float out[32];
           VC_LAUNCH(misaligned_tile, 1, 32, 0, nullptr, out);
         }).find("multiple of 16") != std::string::npos,
         "tiles from an address out of line are named");
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
  int outs[64];
  if (arguments > 1 && std::strcmp(argument[1], "race") == 0) VC_LAUNCH(neighbour, 1, 64, 0, nullptr, outs, false);
  if (arguments > 1 && std::strcmp(argument[1], "vote") == 0) VC_LAUNCH(neighbour, 1, 64, 0, nullptr, outs, true);
  if (arguments > 1 && std::strcmp(argument[1], "blocks") == 0) VC_LAUNCH(same_for_all_blocks, 2, 32, 0, nullptr, outs);
  if (arguments > 1 && std::strcmp(argument[1], "shared") == 0) VC_LAUNCH(shared_beyond, 1, 64, 0, nullptr, &out);
  if (arguments > 1) return 0;
  tensor_core_twin();
  tiles_from_shared_memory();
  bf16_numbers();
  mistakes_are_caught();
  return verdict("emulation");
}
