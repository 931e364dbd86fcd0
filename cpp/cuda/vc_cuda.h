// The one include of every kernel file. Under nvcc it is the CUDA runtime and a few macros; under a plain C++17 compiler
// it is emulation.h, which runs the same text on a machine without a GPU.
//
// What a kernel file obeys so that both mean the same:
//   - launches are VC_LAUNCH(kernel, grid, block, shared_bytes, stream, arguments...)
//   - static shared memory is VC_SHARED(float, tile, [32][33]); dynamic shared memory is VC_SHARED_DYNAMIC(float, tile)
//   - a warp function names the lanes that call it, truthfully; nothing relies on a warp running in step
//   - no thread returns before a barrier or warp function that others still reach: guard the work, not the thread
//   - tensor cores through vc_mma_16x8x16_bf16; any other inline PTX stays behind a device function with a plain twin
//   - no device recursion, no static locals, no waiting for another block (blocks may run one after another)
//
// SPDX-License-Identifier: Apache-2.0
#pragma once
#ifdef __CUDACC__

#include <cuda_runtime.h>
#include <stdint.h>

#define VC_LAUNCH(kernel, grid, block, bytes, stream, ...) kernel<<<(grid), (block), (bytes), (stream)>>>(__VA_ARGS__)
#define VC_SHARED(type, name, dims) __shared__ __align__(16) type name dims
#define VC_SHARED_DYNAMIC(type, name)                                \
  extern __shared__ __align__(16) unsigned char vc_dynamic_shared[]; \
  type* const name = reinterpret_cast<type*>(vc_dynamic_shared)

// A device function that is called, not inlined. (nvcc's own word is a name the host's headers use.)
#define VC_CALLED static __device__ __noinline__

// Before a loop over an array that must stand in registers: none of its indices may be left to the running program.
#define VC_UNROLL _Pragma("unroll")

// d += a * b on a 16 x 8 tile, 16 deep, bf16 in and fp32 out, in the fragment layout of PTX mma.m16n8k16 (row, col).
// Needs sm_80; a launcher must not call it below.
__device__ __forceinline__ void vc_mma_16x8x16_bf16(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
#if __CUDA_ARCH__ >= 800
  asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
#endif
}

#else
#include "emulation.h"
#endif
