// CUDA without a GPU: the part of the language that our kernels use, as plain C++17. The runtime calls are emulation_runtime.h.
//
// Each thread of a block is a fibre with a stack of its own (emulation_fibre.h); all fibres of a block share one
// operating-system thread and change over only at barriers and warp functions. Blocks run one after another. Between two
// such points the threads of a block run in a chosen order (forward, backward, shuffled): a kernel whose result depends on
// it has a race. Shared memory starts as NaN in every block. Waiting that can never end (a barrier that some threads skip,
// a warp function called with a false mask) is a fault with a text, and a fault is a failed launch (cudaErrorLaunchFailure).
// Shared arrays and device memory are host memory, one allocation each, so AddressSanitizer sees their ends; under
// ThreadSanitizer memory is ordered by __syncthreads and __syncwarp alone, as on a GPU: a shuffle or a vote orders nothing.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stdint.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "emulation_fibre.h"

// ---- language ------------------------------------------------------------------------------------------------------

#define __global__
#define __device__
#define __host__
#define __constant__
#define __forceinline__ inline
#define __launch_bounds__(...)
#define VC_UNROLL
#define VC_CALLED static
#define VC_SHARED(type, name, dims)                          \
  typedef type vc_shape_of_##name dims;                      \
  static const char vc_key_of_##name = 0;                    \
  vc_shape_of_##name& name = *static_cast<vc_shape_of_##name*>( \
      vc_emulation::shared_array(&vc_key_of_##name, sizeof(vc_shape_of_##name)))
#define VC_SHARED_DYNAMIC(type, name) type* const name = static_cast<type*>(vc_emulation::dynamic_shared())
#define VC_LAUNCH(kernel, grid, block, bytes, stream, ...) \
  vc_emulation::launch_with(#kernel, (grid), (block), (bytes), (stream), kernel __VA_OPT__(, ) __VA_ARGS__)

struct uint3 { unsigned x, y, z; };
struct dim3 {
  unsigned x, y, z;
  constexpr dim3(unsigned x_ = 1, unsigned y_ = 1, unsigned z_ = 1) : x(x_), y(y_), z(z_) {}
};
struct alignas(8) float2 { float x, y; };
struct alignas(16) float4 { float x, y, z, w; };
struct alignas(16) uint4 { unsigned x, y, z, w; };
inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }
inline uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) { return {x, y, z, w}; }
using std::max;
using std::min;

// few and small, so that a library opened at run time can have them where access is one instruction
#define VC_QUICK thread_local __attribute__((tls_model("initial-exec")))
inline VC_QUICK uint3 threadIdx, blockIdx;
inline VC_QUICK dim3 blockDim, gridDim;
constexpr int warpSize = 32;

// ---- streams, events and graphs (declared here, because launches can be recorded) ------------------------------------

struct vc_emulated_stream {
  bool recording = false;
  std::vector<std::function<void()>> record;
};
struct vc_emulated_event {};
struct vc_emulated_graph {
  std::vector<std::function<void()>> steps;
};
using cudaStream_t = vc_emulated_stream*;
using cudaEvent_t = vc_emulated_event*;
using cudaGraph_t = vc_emulated_graph*;
using cudaGraphExec_t = vc_emulated_graph*;

namespace vc_emulation {

// ---- threads of a block --------------------------------------------------------------------------------------------

struct fault : std::runtime_error {
  using std::runtime_error::runtime_error;
};

enum class order { forward, backward, shuffled };
inline order thread_order = order::forward;  // set by tests, between launches
inline unsigned shuffle_seed = 1;

constexpr size_t kMostThreads = 1024;
constexpr size_t kMostShared = 227 << 10;

enum class state { runnable, at_barrier, at_warp, returned };
enum class warp_call { sync, shuffle, ballot, add, together };

// A fibre outlives its block: it runs the next block's thread of the same number.
struct fibre {
  context own;
  bool born = false;
  state now = state::runnable;
  uint3 index{};
  unsigned lane = 0;
  // while at_warp:
  unsigned mask = 0;
  warp_call call = warp_call::sync;
  int source = 0;                             // of a shuffle
  void (*whole_warp)(void* const*) = nullptr;  // of `together`
  uint64_t given = 0, received = 0;
  unsigned syncs = 0;  // of the full warp, so far
  // while at_barrier:
  int predicate = 0;
};

struct shared_memory {
  const void* key;
  void* memory;
  size_t bytes;
};

struct runner {
  std::vector<fibre> fibres = std::vector<fibre>(kMostThreads);
  size_t threads = 0;  // of the present block
  stacks stack{kMostThreads};
  std::vector<shared_memory> shared;  // of the present block
  size_t dynamic_bytes = 0;
  std::vector<size_t> turn, next_turn;  // the threads in the order they run; those who may run next
  size_t at = 0;                        // whose turn it is
  size_t at_warp[kMostThreads / 32]{}, at_barrier = 0, returned = 0;
  context home;
  fibre* running = nullptr;
  const std::function<void()>* body = nullptr;
  const char* kernel = "";
  std::string failure;
  int barrier_sum = 0;
  unsigned barriers = 0;
  char began = 0, ended = 0, barrier_order[2]{}, warp_order[kMostThreads / 32][3]{};  // their addresses stand for an order
  ~runner() { forget_shared(); }
  void forget_shared() {
    for (shared_memory& s : shared) std::free(s.memory);
    shared.clear();
  }
};
// Thread-local variables of constant initial value only: others cost a call at every use.
inline VC_QUICK runner* me = nullptr;  // set by every launch
inline VC_QUICK int last_error = 0;
inline runner& my_runner() {
  static thread_local std::unique_ptr<runner> mine;
  if (!mine) mine = std::make_unique<runner>();
  return *mine;
}
inline std::string& last_fault() {
  static thread_local std::string text;
  return text;
}

[[noreturn]] inline void fail(const std::string& what) {
  throw fault(std::string(me->kernel) + ", block (" + std::to_string(blockIdx.x) + ", " + std::to_string(blockIdx.y) + ", " +
              std::to_string(blockIdx.z) + "): " + what);
}

/// Leaves the running fibre for the next whose turn it is; comes back when the scheduler picks it again.
inline void leave() {
  runner& r = *me;
  context& own = r.running->own;
  if (r.failure.empty() && ++r.at < r.turn.size()) {
    fibre& next = r.fibres[r.turn[r.at]];
    r.running = &next;
    threadIdx = next.index;
    change(own, next.own, r.home);
  } else {
    change(own, r.home, r.home);
  }
}

inline void fibre_main() {
  arrived(me->running->own, me->home);
  for (;;) {
    takes(&me->began);
    try {
      (*me->body)();
    } catch (const std::exception& e) {
      const unwatched quiet;
      me->failure = e.what();
    }
    gives(&me->ended);
    const unwatched quiet;
    me->running->now = state::returned;
    ++me->returned;
    leave();
  }
}

/// Runs all fibres whose turn it is, each until it leaves.
inline void run_round() {
  runner& r = *me;
  for (size_t i : r.turn) {
    if (r.fibres[i].born) continue;
    r.fibres[i].born = true;
    prepare(r.fibres[i].own, r.stack.of(i), fibre_main);
  }
  r.at = 0;
  r.running = &r.fibres[r.turn[0]];
  threadIdx = r.running->index;
  change(r.home, r.running->own, r.home);
}

inline unsigned first_lane(unsigned mask) { return unsigned(__builtin_ctz(mask)); }

/// The lanes of `mask` have all arrived: gives each what the call returns.
inline void complete_warp_call(fibre* lanes, size_t first, unsigned mask) {
  uint64_t sum = 0, votes = 0;
  if (lanes[first_lane(mask)].call == warp_call::together) {
    void* given[32];
    for (unsigned l = 0; l < 32; ++l) given[l] = reinterpret_cast<void*>(lanes[l].given);
    lanes[0].whole_warp(given);
  }
  for (unsigned l = 0; l < 32; ++l)
    if (mask >> l & 1) {
      sum += lanes[l].given;
      votes |= uint64_t(lanes[l].given != 0) << l;
    }
  for (unsigned l = 0; l < 32; ++l) {
    if (!(mask >> l & 1)) continue;
    fibre& f = lanes[l];
    switch (f.call) {
      case warp_call::sync: break;
      case warp_call::add: f.received = sum; break;
      case warp_call::ballot: f.received = votes; break;
      case warp_call::together: break;
      case warp_call::shuffle:
        if (!(mask >> f.source & 1)) fail("a shuffle reads lane " + std::to_string(f.source) + ", which takes no part");
        f.received = lanes[f.source].given;
    }
  }
  for (unsigned l = 0; l < 32; ++l) {
    if (!(mask >> l & 1)) continue;
    lanes[l].now = state::runnable;
    me->next_turn.push_back(first + l);
    --me->at_warp[first / 32];
  }
}

/// Completes the warp calls of one warp that have all their lanes; says whether there was any.
inline bool serve_warp(size_t first, size_t count) {
  fibre* lanes = me->fibres.data() + first;
  bool served = false;
  for (size_t i = 0; i < count; ++i) {
    if (lanes[i].now != state::at_warp) continue;
    const unsigned mask = lanes[i].mask;
    bool all_here = true;
    for (unsigned l = 0; l < 32; ++l) {
      if (!(mask >> l & 1)) continue;
      if (l >= count) fail("a warp mask names lane " + std::to_string(l) + " of a warp with " + std::to_string(count));
      if (lanes[l].now == state::returned) fail("a warp mask names lane " + std::to_string(l) + ", which has returned");
      if (lanes[l].now != state::at_warp) {
        all_here = false;
      } else if (lanes[l].mask != mask || lanes[l].call != lanes[i].call) {
        fail("lanes of one mask are in different warp functions");
      }
    }
    if (!all_here) continue;
    complete_warp_call(lanes, first, mask);
    served = true;
  }
  return served;
}

/// Says whether all threads stood at the barrier, and lets them go on.
inline bool serve_barrier() {
  runner& r = *me;
  if (r.at_barrier != r.threads) return false;
  r.barrier_sum = 0;
  for (size_t i = 0; i < r.threads; ++i) {
    r.barrier_sum += r.fibres[i].predicate != 0;
    r.fibres[i].now = state::runnable;
    r.next_turn.push_back(i);
  }
  r.at_barrier = 0;
  ++r.barriers;
  return true;
}

inline void run_block() {
  runner& r = *me;
  r.at_barrier = r.returned = 0;
  std::fill(r.at_warp, r.at_warp + kMostThreads / 32, size_t(0));
  r.turn.clear();
  for (size_t i = 0; i < r.threads; ++i) r.turn.push_back(i);
  std::minstd_rand random(shuffle_seed + blockIdx.x);
  while (r.returned < r.threads) {
    if (thread_order == order::backward) std::reverse(r.turn.begin(), r.turn.end());
    if (thread_order == order::shuffled) std::shuffle(r.turn.begin(), r.turn.end(), random);
    run_round();
    if (!r.failure.empty()) fail(r.failure);
    r.next_turn.clear();
    for (size_t w = 0; w < r.threads; w += 32)
      if (r.at_warp[w / 32]) serve_warp(w, std::min<size_t>(32, r.threads - w));
    if (r.returned < r.threads && r.next_turn.empty() && !serve_barrier())
      fail("divergent: " + std::to_string(r.at_barrier) + " of " + std::to_string(r.threads) + " threads wait at a barrier, " +
           std::to_string(r.returned) + " have returned, " + std::to_string(r.threads - r.at_barrier - r.returned) +
           " wait for their warp");
    r.turn.swap(r.next_turn);
  }
}

inline int fails();  // whether this launch is to fail; emulation_runtime.h

/// Where set, only these blocks of a grid run: index arithmetic is tested at the far end of a grid that is never walked.
inline bool (*runs_block)(uint3 block, dim3 grid) = nullptr;

inline void run_grid(const char* kernel, dim3 grid, dim3 block, size_t bytes, const std::function<void()>& body) {
  const unwatched quiet;
  runner& r = my_runner();
  me = &r;
#if defined(__SANITIZE_THREAD__)
  r.home.thread = __tsan_get_current_fiber();
#endif
  r.kernel = kernel;
  r.body = &body;
  r.failure.clear();
  r.threads = size_t(block.x) * block.y * block.z;
  r.dynamic_bytes = bytes;
  r.forget_shared();
  gridDim = grid;
  blockDim = block;
  for (size_t i = 0; i < r.threads; ++i) {
    r.fibres[i].index = {unsigned(i % block.x), unsigned(i / block.x % block.y), unsigned(i / block.x / block.y)};
    r.fibres[i].lane = i % 32;
    r.fibres[i].syncs = 0;
  }
  gives(&r.began);
  for (unsigned z = 0; z < grid.z; ++z)
    for (unsigned y = 0; y < grid.y; ++y)
      for (unsigned x = 0; x < grid.x; ++x) {
        blockIdx = {x, y, z};
        if (runs_block && !runs_block(blockIdx, grid)) continue;
#if defined(__SANITIZE_THREAD__)
        r.forget_shared();  // another block's shared memory is other memory
#else
        for (const shared_memory& s : r.shared) std::memset(s.memory, 0xFF, s.bytes);
#endif
        for (size_t i = 0; i < r.threads; ++i) r.fibres[i].now = state::runnable;
        run_block();
      }
  takes(&r.ended);
}

/// Runs a step now, or records it while its stream is being captured.
template <class Step>
void enqueue(cudaStream_t stream, Step step) {
  if (stream && stream->recording) {
    stream->record.emplace_back(std::move(step));
  } else {
    step();
  }
}

inline void launch(const char* kernel, dim3 grid, dim3 block, size_t bytes, cudaStream_t stream, std::function<void()> body) {
  const size_t threads = size_t(block.x) * block.y * block.z;
  if (threads == 0 || threads > kMostThreads || block.z > 64 || !grid.x || !grid.y || !grid.z || grid.x > 0x7fffffffu ||
      grid.y > 65535 || grid.z > 65535 || bytes > kMostShared) {
    last_error = 9;  // cudaErrorInvalidConfiguration
    return;
  }
  if (fails()) return;
  enqueue(stream, [=, body = std::move(body)] {
    try {
      run_grid(kernel, grid, block, bytes, body);
    } catch (const fault& f) {
      // fibres that stand inside the failed kernel begin anew
      for (size_t i = 0; i < me->threads; ++i) me->fibres[i].born &= me->fibres[i].now == state::returned;
      last_fault() = f.what();
      last_error = 719;  // cudaErrorLaunchFailure
    }
  });
}

/// A launch keeps copies of its arguments, as a captured one must.
template <class Kernel, class... Arguments>
void launch_with(const char* name, dim3 grid, dim3 block, size_t bytes, cudaStream_t stream, Kernel kernel, Arguments... arguments) {
  launch(name, grid, block, bytes, stream, [=] { kernel(arguments...); });
}

/// A shared array of the present block; NaN where nothing was written yet.
inline void* shared_array(const void* key, size_t bytes) {
  for (const shared_memory& s : me->shared)
    if (s.key == key) return s.memory;
  const unwatched quiet;
  void* memory = nullptr;
  if (posix_memalign(&memory, 128, bytes ? bytes : 1)) fail("no memory for a shared array");
  std::memset(memory, 0xFF, bytes);
  me->shared.push_back({key, memory, bytes});
  return memory;
}
inline void* dynamic_shared() { return shared_array(&me->dynamic_bytes, me->dynamic_bytes); }

inline int barrier(int predicate) {
  char* order = &me->barrier_order[me->barriers & 1];
  gives(order);
  {
    const unwatched quiet;
    me->running->predicate = predicate;
    me->running->now = state::at_barrier;
    ++me->at_barrier;
    leave();
  }
  takes(order);
  return me->barrier_sum;
}

/// A warp function. Only `sync` orders memory.
inline uint64_t warp(unsigned mask, warp_call call, uint64_t given, int source = 0) {
  runner& r = *me;
  fibre& f = *r.running;
  if (!(mask >> f.lane & 1)) fail("lane " + std::to_string(f.lane) + " calls a warp function with a mask that leaves it out");
  const size_t number = size_t(&f - r.fibres.data()) / 32;
  // two in turn, so that a lane takes nothing from one that is a step ahead of it
  char* order = &r.warp_order[number][mask == ~0u ? f.syncs & 1 : 2];
  if (call == warp_call::sync) gives(order);
  {
    const unwatched quiet;
    f.mask = mask;
    f.call = call;
    f.given = given;
    f.source = source;
    f.now = state::at_warp;
    ++r.at_warp[number];
    leave();
  }
  if (call == warp_call::sync) {
    f.syncs += mask == ~0u;
    takes(order);
  }
  return f.received;
}

/// All 32 lanes hand in an address each; `whole` then does for the warp what one instruction of it does.
inline void together(void* mine, void (*whole)(void* const*)) {
  me->running->whole_warp = whole;
  warp(~0u, warp_call::together, reinterpret_cast<uint64_t>(mine));
}

template <class T>
T shuffle(unsigned mask, T value, int source) {
  static_assert(sizeof(T) <= 8, "a shuffle moves at most eight bytes");
  uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof value);
  bits = warp(mask, warp_call::shuffle, bits, source);
  std::memcpy(&value, &bits, sizeof value);
  return value;
}
inline int lane() { return int(me->running->lane); }
inline int segment(int width) { return lane() & ~(width - 1); }

/// Replaces *p by f(*p) as one step and returns the old value; host threads may run different launches at once.
template <class T, class F>
T update(T* p, F f) {
  T old, next;
  __atomic_load(p, &old, __ATOMIC_RELAXED);
  do next = f(old);
  while (!__atomic_compare_exchange(p, &old, &next, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
  return old;
}

}  // namespace vc_emulation

inline float __int_as_float(int v) { float f; std::memcpy(&f, &v, 4); return f; }
inline int __float_as_int(float v) { int i; std::memcpy(&i, &v, 4); return i; }

inline void __syncthreads() { vc_emulation::barrier(0); }
inline int __syncthreads_count(int p) { return vc_emulation::barrier(p); }
inline int __syncthreads_or(int p) { return vc_emulation::barrier(p) != 0; }
inline void __syncwarp(unsigned mask = ~0u) { vc_emulation::warp(mask, vc_emulation::warp_call::sync, 0); }
inline void __threadfence() {}
template <class T>
T __shfl_sync(unsigned mask, T v, int from, int width = 32) {
  return vc_emulation::shuffle(mask, v, vc_emulation::segment(width) + (from & (width - 1)));
}
template <class T>
T __shfl_down_sync(unsigned mask, T v, unsigned by, int width = 32) {
  const int l = vc_emulation::lane(), s = l + int(by);
  return vc_emulation::shuffle(mask, v, s < vc_emulation::segment(width) + width ? s : l);
}
template <class T>
T __shfl_xor_sync(unsigned mask, T v, int by, int width = 32) {
  const int l = vc_emulation::lane(), s = l ^ by;
  return vc_emulation::shuffle(mask, v, s < vc_emulation::segment(width) + width ? s : l);
}
inline unsigned __ballot_sync(unsigned mask, int p) {
  return unsigned(vc_emulation::warp(mask, vc_emulation::warp_call::ballot, p != 0));
}
inline unsigned __reduce_add_sync(unsigned mask, unsigned v) {
  return unsigned(vc_emulation::warp(mask, vc_emulation::warp_call::add, v));
}

template <class T> T atomicAdd(T* p, T v) { return vc_emulation::update(p, [v](T o) { return T(o + v); }); }
template <class T> T atomicMax(T* p, T v) { return vc_emulation::update(p, [v](T o) { return std::max(o, v); }); }
template <class T> T atomicMin(T* p, T v) { return vc_emulation::update(p, [v](T o) { return std::min(o, v); }); }
template <class T> T atomicExch(T* p, T v) { return vc_emulation::update(p, [v](T) { return v; }); }
template <class T> T atomicCAS(T* p, T e, T v) { return vc_emulation::update(p, [e, v](T o) { return o == e ? v : o; }); }

// The plain twin of the tensor-core product: every output by rising k.
inline void vc_mma_16x8x16_bf16(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
  struct fragments {
    float* d;
    const uint32_t *a, *b;
  } mine{d, a, b};
  vc_emulation::together(&mine, [](void* const* given) {
    float left[16][16], right[16][8];
    auto halves = [](uint32_t pair, float& low, float& high) {
      low = __int_as_float(int(pair << 16));
      high = __int_as_float(int(pair & 0xffff0000u));
    };
    for (int l = 0; l < 32; ++l) {
      const auto& f = *static_cast<const fragments*>(given[l]);
      const int row = l / 4, pair = l % 4 * 2;
      for (int i = 0; i < 4; ++i) {
        float* to = &left[row + i % 2 * 8][pair + i / 2 * 8];
        halves(f.a[i], to[0], to[1]);
      }
      for (int i = 0; i < 2; ++i) halves(f.b[i], right[pair + i * 8][row], right[pair + i * 8 + 1][row]);
    }
    auto at = [&](int row, int column) -> float& {
      return static_cast<const fragments*>(given[row % 8 * 4 + column / 2])->d[row / 8 * 2 + column % 2];
    };
    for (int row = 0; row < 16; ++row) {
      float sum[8];
      for (int c = 0; c < 8; ++c) sum[c] = at(row, c);
      for (int k = 0; k < 16; ++k)
        for (int c = 0; c < 8; ++c) sum[c] += left[row][k] * right[k][c];
      for (int c = 0; c < 8; ++c) at(row, c) = sum[c];
    }
  });
}

template <class T> T __ldg(const T* p) { return *p; }
inline int __popc(unsigned v) { return __builtin_popcount(v); }
inline int __clz(int v) { return v ? __builtin_clz(unsigned(v)) : 32; }
inline int __ffs(int v) { return __builtin_ffs(v); }
inline float __fmaf_rn(float a, float b, float c) { return std::fma(a, b, c); }

#include "emulation_runtime.h"
