// One vector of floats per instruction set, chosen by the flags a kernel file is compiled with, and the name space its
// kernels live in. Kernel files are compiled once per set and must not include the standard library's templates: their
// inline code could be merged across objects, and a plain processor would then meet an AVX-512 instruction.
//
//   vec            kLanes floats                       lanes(p)        kLanes or fewer floats from memory
//   load, store    unaligned                           part, store_part   the first n lanes only; nothing else is touched
//   spread(x)      x in every lane                     fma(a, b, c)    a * b + c, fused where the set can
//   load, part also widen bfloat16, given as uint16_t
//
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stdint.h>
#if defined(__AVX512F__) || defined(__AVX2__)
#include <immintrin.h>
#endif

#if defined(__AVX512BF16__)
#define VC_SET avx512bf16
#elif defined(__AVX512F__)
#define VC_SET avx512
#elif defined(__AVX2__)
#define VC_SET avx2
#else
#define VC_SET baseline
#endif

namespace vc {
namespace VC_SET {
namespace {

#if defined(__AVX512F__)
constexpr int kLanes = 16;
using vec = __m512;
inline __mmask16 first_lanes(int64_t n) { return __mmask16((1u << n) - 1); }
inline vec zero() { return _mm512_setzero_ps(); }
inline vec spread(float x) { return _mm512_set1_ps(x); }
inline vec load(const float* p) { return _mm512_loadu_ps(p); }
inline vec part(const float* p, int64_t n) { return _mm512_maskz_loadu_ps(first_lanes(n), p); }
inline void store(float* p, vec v) { _mm512_storeu_ps(p, v); }
inline void store_part(float* p, vec v, int64_t n) { _mm512_mask_storeu_ps(p, first_lanes(n), v); }
// the forms with a full mask: those without one make the compiler speak of uninitialised values
inline vec widen(__m256i halves) {
  return _mm512_castsi512_ps(_mm512_maskz_slli_epi32(0xffff, _mm512_maskz_cvtepu16_epi32(0xffff, halves), 16));
}
inline vec load(const uint16_t* p) { return widen(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p))); }
inline vec part(const uint16_t* p, int64_t n) { return widen(_mm256_maskz_loadu_epi16(first_lanes(n), p)); }
inline vec fma(vec a, vec b, vec c) { return _mm512_fmadd_ps(a, b, c); }
inline float fma(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
#elif defined(__AVX2__)
constexpr int kLanes = 8;
using vec = __m256;
inline __m256i first_lanes(int64_t n) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(int(n)), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
inline vec zero() { return _mm256_setzero_ps(); }
inline vec spread(float x) { return _mm256_set1_ps(x); }
inline vec load(const float* p) { return _mm256_loadu_ps(p); }
inline vec part(const float* p, int64_t n) { return _mm256_maskload_ps(p, first_lanes(n)); }
inline void store(float* p, vec v) { _mm256_storeu_ps(p, v); }
inline void store_part(float* p, vec v, int64_t n) { _mm256_maskstore_ps(p, first_lanes(n), v); }
inline vec load(const uint16_t* p) {
  const __m128i halves = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
  return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(halves), 16));
}
inline vec part(const uint16_t* p, int64_t n) {
  uint16_t halves[8] = {0, 0, 0, 0, 0, 0, 0, 0};
  for (int64_t i = 0; i < n; ++i) halves[i] = p[i];
  return load(halves);
}
inline vec fma(vec a, vec b, vec c) { return _mm256_fmadd_ps(a, b, c); }
inline float fma(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
#else
constexpr int kLanes = 4;  // what every x86-64 has; plain C++ on other processors
typedef float vec __attribute__((vector_size(16)));
typedef float loose __attribute__((vector_size(16), aligned(4), may_alias));
inline vec zero() { return vec{0, 0, 0, 0}; }
inline vec spread(float x) { return vec{x, x, x, x}; }
inline vec load(const float* p) { return *reinterpret_cast<const loose*>(p); }
inline vec part(const float* p, int64_t n) {
  vec v = zero();
  for (int i = 0; i < n; ++i) v[i] = p[i];
  return v;
}
inline void store(float* p, vec v) { *reinterpret_cast<loose*>(p) = v; }
inline void store_part(float* p, vec v, int64_t n) {
  for (int i = 0; i < n; ++i) p[i] = v[i];
}
inline vec part(const uint16_t* p, int64_t n) {
  uint32_t wide[4] = {0, 0, 0, 0};
  for (int64_t i = 0; i < n; ++i) wide[i] = uint32_t(p[i]) << 16;
  vec v;
  __builtin_memcpy(&v, wide, sizeof v);
  return v;
}
inline vec load(const uint16_t* p) { return part(p, kLanes); }
inline vec fma(vec a, vec b, vec c) { return a * b + c; }
inline float fma(float a, float b, float c) { return a * b + c; }
#endif

}  // namespace
}  // namespace VC_SET
}  // namespace vc
