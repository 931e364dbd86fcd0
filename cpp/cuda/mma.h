// What a tensor-core kernel needs beside vc_mma_16x8x16_bf16: fragments from shared memory, and bf16 numbers.
//
//   vc_ldmatrix_x4(f, row)        four 8 x 8 tiles of 16-bit numbers, one register each. Lane l hands in the address of row
//                                 l % 8 of tile l / 8 (16-byte aligned, 8 numbers); register i of lane l receives numbers
//                                 2 (l % 4) and 2 (l % 4) + 1 of row l / 4 of tile i, the lower one in the lower half.
//   vc_ldmatrix_x4_trans(f, row)  the same of the transposed tiles: rows 2 (l % 4) and 2 (l % 4) + 1 of column l / 4.
//   vc_bf16(x)                    nearest bf16, ties to even; not-a-number stays one
//   vc_pack_bf16(low, high)       two of them in one register
//   vc_split_bf16(x, part)        x = part[0] + part[1] + part[2] exactly (8 bits of x each, cut and not rounded), so that
//                                 six products of parts are accurate to fp32; a part below 2^-126 is lost, and an infinity
//                                 or not-a-number stands in the first part alone
//
// Fragment order of vc_mma_16x8x16_bf16, for A row-major 16 x 16 and B row-major 16 x 8 in shared memory:
//   A: vc_ldmatrix_x4 of the tiles (rows 0-7, k 0-7), (rows 8-15, k 0-7), (rows 0-7, k 8-15), (rows 8-15, k 8-15)
//   B: vc_ldmatrix_x4_trans of (k 0-7, columns 0-7), (k 8-15, columns 0-7) and the same of the next 8 columns: registers 0
//      and 1 are b of the first 8 columns, 2 and 3 of the next
//   A stored transposed (k-major) goes through vc_ldmatrix_x4_trans, B stored column-major through vc_ldmatrix_x4.
//   C: lane l holds (row l / 4, columns 2 (l % 4) and the next) in d[0], d[1], and row l / 4 + 8 in d[2], d[3].
//
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "vc_cuda.h"

#ifdef __CUDACC__
#define VC_TENSOR_CORES_IN_DEVICE_CODE (__CUDA_ARCH__ >= 800)

__device__ __forceinline__ void vc_ldmatrix_x4(uint32_t (&f)[4], const void* row) {
#if VC_TENSOR_CORES_IN_DEVICE_CODE
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];"
               : "=r"(f[0]), "=r"(f[1]), "=r"(f[2]), "=r"(f[3])
               : "r"(uint32_t(__cvta_generic_to_shared(row)))
               : "memory");
#endif
}

__device__ __forceinline__ void vc_ldmatrix_x4_trans(uint32_t (&f)[4], const void* row) {
#if VC_TENSOR_CORES_IN_DEVICE_CODE
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0,%1,%2,%3}, [%4];"
               : "=r"(f[0]), "=r"(f[1]), "=r"(f[2]), "=r"(f[3])
               : "r"(uint32_t(__cvta_generic_to_shared(row)))
               : "memory");
#endif
}

#else

namespace vc_emulation {
struct tile_row {
  uint32_t* f;
  const uint16_t* row;
};

template <bool kTransposed>
void load_tiles(void* const* given) {
  auto number = [&](int tile, int r, int c) { return uint32_t(static_cast<const tile_row*>(given[tile * 8 + r])->row[c]); };
  for (int l = 0; l < 32; ++l)
    for (int i = 0; i < 4; ++i) {
      const int major = l / 4, minor = l % 4 * 2;
      static_cast<const tile_row*>(given[l])->f[i] = kTransposed ? number(i, minor, major) | number(i, minor + 1, major) << 16
                                                                 : number(i, major, minor) | number(i, major, minor + 1) << 16;
    }
}

template <bool kTransposed>
void load_tile_rows(uint32_t (&f)[4], const void* row) {
  if (reinterpret_cast<uintptr_t>(row) % 16) fail("ldmatrix from an address that is not a multiple of 16");
  tile_row mine{f, static_cast<const uint16_t*>(row)};
  for (int i = 0; i < 8; ++i) (void)*static_cast<const volatile uint16_t*>(mine.row + i);  // where sanitizers look
  together(&mine, load_tiles<kTransposed>);
}
}  // namespace vc_emulation

inline void vc_ldmatrix_x4(uint32_t (&f)[4], const void* row) { vc_emulation::load_tile_rows<false>(f, row); }
inline void vc_ldmatrix_x4_trans(uint32_t (&f)[4], const void* row) { vc_emulation::load_tile_rows<true>(f, row); }

#endif

__device__ __forceinline__ uint32_t vc_bf16(float x) {
  const uint32_t bits = uint32_t(__float_as_int(x));
  if ((bits & 0x7fffffffu) > 0x7f800000u) return (bits >> 16) | 0x40u;
  return (bits + 0x7fffu + (bits >> 16 & 1u)) >> 16;
}
__device__ __forceinline__ float vc_from_bf16(uint32_t half) { return __int_as_float(int(half << 16)); }
__device__ __forceinline__ uint32_t vc_pack_bf16(float low, float high) { return vc_bf16(low) | vc_bf16(high) << 16; }

__device__ __forceinline__ void vc_split_bf16(float x, uint32_t (&part)[3]) {
  const uint32_t bits = uint32_t(__float_as_int(x));
  if ((bits & 0x7f800000u) == 0x7f800000u) {
    part[0] = vc_bf16(x);
    part[1] = part[2] = 0;
    return;
  }
  for (int i = 0; i < 3; ++i) {
    part[i] = uint32_t(__float_as_int(x)) >> 16;
    x -= vc_from_bf16(part[i]);  // exact
  }
}
