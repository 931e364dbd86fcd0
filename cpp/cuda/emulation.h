// CUDA without a GPU: the part of the language and of the runtime that our kernels use, as plain C++17.
//
// Each thread of a block is a fibre with a stack of its own; all fibres of a block share one operating-system thread and
// change over only at barriers and warp functions. Blocks run one after another. Between two such points the threads of a
// block run in a chosen order (forward, backward, shuffled): a kernel whose result depends on it has a race. Shared
// memory starts as NaN in every block. Waiting that can never end (a barrier that some threads skip, a warp function
// called with a false mask) is a fault with a text, and a fault is a failed launch (cudaErrorLaunchFailure).
// Device memory is host memory, one allocation each, so AddressSanitizer sees its ends.
//
// Build with -U_FORTIFY_SOURCE: fibres change over by _setjmp and _longjmp between stacks, which that option forbids.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <setjmp.h>
#include <stdint.h>
#include <ucontext.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <mutex>
#include <random>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif

// ---- language ------------------------------------------------------------------------------------------------------

#define __global__
#define __device__
#define __host__
#define __constant__
#define __forceinline__ inline
#define __launch_bounds__(...)
#define VC_SHARED(type, name, dims)      \
  static thread_local type name dims;    \
  vc_emulation::fresh(&name, sizeof name)
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
inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }
using std::max;
using std::min;

inline thread_local uint3 threadIdx, blockIdx;
inline thread_local dim3 blockDim, gridDim;
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

constexpr size_t kStackBytes = 64 << 10;
constexpr size_t kMostThreads = 1024;
constexpr size_t kMostShared = 227 << 10;

enum class state { runnable, at_barrier, at_warp, returned };
enum class warp_call { sync, shuffle, ballot, add, share };

// A fibre outlives its block: it runs the next block's thread of the same number. Making one costs two system calls.
struct fibre {
  jmp_buf resume;
  bool born = false;
  state now = state::runnable;
  uint3 index{};
  unsigned lane = 0;
  // while at_warp:
  unsigned mask = 0;
  warp_call call = warp_call::sync;
  int source = 0;
  uint64_t given = 0, received = 0;
  // while at_barrier:
  int predicate = 0;
  void* fake_stack = nullptr;  // AddressSanitizer's
};

struct runner {
  std::vector<fibre> fibres = std::vector<fibre>(kMostThreads);
  size_t threads = 0;  // of the present block
  std::unique_ptr<char[]> stacks{new char[kStackBytes * kMostThreads]};
  std::vector<unsigned char> dynamic;
  std::vector<size_t> turn;             // the threads in the order they run
  std::vector<const void*> freshened;   // static shared arrays this block has met
  uint64_t shared_word[kMostThreads]{};  // what each lane gave to its last 'share'
  jmp_buf home;
  fibre* running = nullptr;
  const std::function<void()>* body = nullptr;
  const char* kernel = "";
  std::string failure;
  int barrier_sum = 0;
  const void* home_stack = nullptr;
  size_t home_bytes = 0;
  void* home_fake = nullptr;
};
// Thread-local variables of constant initial value only: others cost a call at every use.
inline thread_local runner* me = nullptr;  // set by every launch
inline thread_local int last_error = 0;
inline runner& my_runner() {
  static thread_local runner mine;
  return mine;
}
inline std::string& last_fault() {
  static thread_local std::string text;
  return text;
}

[[noreturn]] inline void fail(const std::string& what) {
  throw fault(std::string(me->kernel) + ", block (" + std::to_string(blockIdx.x) + ", " + std::to_string(blockIdx.y) + ", " +
              std::to_string(blockIdx.z) + "): " + what);
}

/// Leaves the running fibre; comes back when the scheduler picks it again.
inline void leave() {
  fibre* self = me->running;
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_start_switch_fiber(&self->fake_stack, me->home_stack, me->home_bytes);
#endif
  if (!_setjmp(self->resume)) _longjmp(me->home, 1);
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(self->fake_stack, &me->home_stack, &me->home_bytes);
#endif
}

inline void fibre_main() {
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(nullptr, &me->home_stack, &me->home_bytes);
#endif
  for (;;) {
    try {
      (*me->body)();
    } catch (const std::exception& e) {
      me->failure = e.what();
    }
    me->running->now = state::returned;
    leave();
  }
}

/// Runs one fibre until it leaves.
inline void enter(fibre& f, size_t slot) {
  me->running = &f;
  threadIdx = f.index;
  char* stack = me->stacks.get() + slot * kStackBytes;
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_start_switch_fiber(&me->home_fake, stack, kStackBytes);
#endif
  if (!_setjmp(me->home)) {
    if (f.born) _longjmp(f.resume, 1);
    f.born = true;
    ucontext_t birth;
    getcontext(&birth);
    birth.uc_stack.ss_sp = stack;
    birth.uc_stack.ss_size = kStackBytes;
    birth.uc_link = nullptr;
    makecontext(&birth, fibre_main, 0);
    setcontext(&birth);
  }
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(me->home_fake, nullptr, nullptr);
#endif
}

/// The lanes of `mask` have all arrived: gives each what the call returns.
inline void complete_warp_call(fibre* lanes, size_t first, unsigned mask) {
  uint64_t sum = 0, votes = 0;
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
      case warp_call::share: me->shared_word[first + l] = f.given; break;
      case warp_call::shuffle:
        if (!(mask >> f.source & 1)) fail("a shuffle reads lane " + std::to_string(f.source) + ", which takes no part");
        f.received = lanes[f.source].given;
    }
  }
  for (unsigned l = 0; l < 32; ++l)
    if (mask >> l & 1) lanes[l].now = state::runnable;
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
  int sum = 0;
  for (size_t i = 0; i < me->threads; ++i) {
    if (me->fibres[i].now != state::at_barrier) return false;
    sum += me->fibres[i].predicate != 0;
  }
  me->barrier_sum = sum;
  for (size_t i = 0; i < me->threads; ++i) me->fibres[i].now = state::runnable;
  return true;
}

inline void run_block() {
  const size_t threads = me->threads;
  std::vector<size_t>& turn = me->turn;
  turn.resize(threads);
  for (size_t i = 0; i < threads; ++i) turn[i] = thread_order == order::backward ? threads - 1 - i : i;
  std::minstd_rand random(shuffle_seed + blockIdx.x);
  for (;;) {
    if (thread_order == order::shuffled) std::shuffle(turn.begin(), turn.end(), random);
    bool moved = false;
    for (size_t i : turn) {
      if (me->fibres[i].now != state::runnable) continue;
      enter(me->fibres[i], i);
      moved = true;
      if (!me->failure.empty()) fail(me->failure);
    }
    for (size_t w = 0; w < threads; w += 32) moved |= serve_warp(w, std::min<size_t>(32, threads - w));
    size_t returned = 0, waiting = 0;
    for (size_t i = 0; i < threads; ++i) {
      returned += me->fibres[i].now == state::returned;
      waiting += me->fibres[i].now == state::at_barrier;
    }
    if (returned == threads) return;
    if (!moved && !serve_barrier())
      fail("divergent: " + std::to_string(waiting) + " of " + std::to_string(threads) + " threads wait at a barrier, " +
           std::to_string(returned) + " have returned, " + std::to_string(threads - waiting - returned) + " wait for their warp");
  }
}

inline void run_grid(const char* kernel, dim3 grid, dim3 block, size_t bytes, const std::function<void()>& body) {
  const size_t threads = size_t(block.x) * block.y * block.z;
  me = &my_runner();
  me->kernel = kernel;
  me->body = &body;
  me->failure.clear();
  me->threads = threads;
  gridDim = grid;
  blockDim = block;
  for (unsigned z = 0; z < grid.z; ++z)
    for (unsigned y = 0; y < grid.y; ++y)
      for (unsigned x = 0; x < grid.x; ++x) {
        blockIdx = {x, y, z};
        me->freshened.clear();
        me->dynamic.assign(bytes, 0xFF);
        for (size_t i = 0; i < threads; ++i) {
          me->fibres[i].now = state::runnable;
          me->fibres[i].index = {unsigned(i % block.x), unsigned(i / block.x % block.y), unsigned(i / block.x / block.y)};
          me->fibres[i].lane = i % 32;
        }
        run_block();
      }
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

/// A static shared array as each block first finds it: NaN.
inline void fresh(void* array, size_t bytes) {
  if (std::find(me->freshened.begin(), me->freshened.end(), array) != me->freshened.end()) return;
  me->freshened.push_back(array);
  std::memset(array, 0xFF, bytes);
}
inline void* dynamic_shared() { return me->dynamic.data(); }

inline int barrier(int predicate) {
  me->running->predicate = predicate;
  me->running->now = state::at_barrier;
  leave();
  return me->barrier_sum;
}

inline uint64_t warp(unsigned mask, warp_call call, uint64_t given, int source = 0) {
  fibre& f = *me->running;
  if (!(mask >> f.lane & 1)) fail("lane " + std::to_string(f.lane) + " calls a warp function with a mask that leaves it out");
  f.mask = mask;
  f.call = call;
  f.given = given;
  f.source = source;
  f.now = state::at_warp;
  leave();
  return f.received;
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

// The plain twin of the tensor-core product: every lane shows the others its fragments, computes its four outputs by
// rising k, and waits until nobody reads its fragments any more.
inline void vc_mma_16x8x16_bf16(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
  struct fragments { const uint32_t *a, *b; } mine{a, b};
  vc_emulation::warp(~0u, vc_emulation::warp_call::share, reinterpret_cast<uint64_t>(&mine));
  const int lane = vc_emulation::lane();
  const size_t first = size_t(vc_emulation::me->running - vc_emulation::me->fibres.data()) - size_t(lane);
  auto of = [&](int l) { return reinterpret_cast<const fragments*>(vc_emulation::me->shared_word[first + size_t(l)]); };
  auto bf16 = [](uint32_t pair, int odd) { return __int_as_float(int(odd ? pair & 0xffff0000u : pair << 16)); };
  for (int i = 0; i < 4; ++i) {
    const int row = lane / 4 + (i >= 2 ? 8 : 0), column = lane % 4 * 2 + i % 2;
    for (int k = 0; k < 16; ++k) {
      const int quad = k % 8 / 2;
      const uint32_t left = of(row % 8 * 4 + quad)->a[(row >= 8) + (k >= 8 ? 2 : 0)];
      const uint32_t right = of(column * 4 + quad)->b[k >= 8];
      d[i] += bf16(left, k & 1) * bf16(right, k & 1);
    }
  }
  __syncwarp();
}

template <class T> T __ldg(const T* p) { return *p; }
inline int __popc(unsigned v) { return __builtin_popcount(v); }
inline int __clz(int v) { return v ? __builtin_clz(unsigned(v)) : 32; }
inline int __ffs(int v) { return __builtin_ffs(v); }
inline float __fmaf_rn(float a, float b, float c) { return std::fma(a, b, c); }

// ---- the runtime calls a launcher needs ------------------------------------------------------------------------------

using cudaError_t = int;
constexpr cudaError_t cudaSuccess = 0, cudaErrorInvalidValue = 1, cudaErrorMemoryAllocation = 2,
                      cudaErrorInvalidConfiguration = 9, cudaErrorInvalidDevice = 101, cudaErrorLaunchFailure = 719;

namespace vc_emulation {
// A small device: 8 GiB of 'device memory', so that running out of it can be tested.
constexpr size_t kDeviceBytes = size_t(8) << 30;
inline std::atomic<size_t> device_used{0};
inline std::mutex blocks_lock;
inline std::unordered_map<void*, size_t> blocks;  // beside the memory, so that AddressSanitizer guards both its ends

inline cudaError_t device_malloc(void** p, size_t bytes) {
  *p = nullptr;
  void* memory = nullptr;
  const bool fits = device_used.fetch_add(bytes) + bytes <= kDeviceBytes;
  if (!fits || posix_memalign(&memory, 64, bytes ? bytes : 1)) {
    device_used.fetch_sub(bytes);
    return last_error = cudaErrorMemoryAllocation;
  }
  std::memset(memory, 0xFF, bytes);  // NaN: reading before writing shows
  std::lock_guard<std::mutex> guard(blocks_lock);
  blocks[*p = memory] = bytes;
  return cudaSuccess;
}
inline cudaError_t device_free(void* p) {
  if (!p) return cudaSuccess;
  std::lock_guard<std::mutex> guard(blocks_lock);
  const auto block = blocks.find(p);
  if (block == blocks.end()) return last_error = cudaErrorInvalidValue;
  device_used.fetch_sub(block->second);
  blocks.erase(block);
  std::free(p);
  return cudaSuccess;
}
}  // namespace vc_emulation

struct cudaDeviceProp {
  char name[256];
  size_t totalGlobalMem, sharedMemPerBlock, sharedMemPerBlockOptin;
  int major, minor, multiProcessorCount, maxThreadsPerBlock, warpSize, l2CacheSize;
};
enum cudaMemcpyKind { cudaMemcpyHostToDevice, cudaMemcpyDeviceToHost, cudaMemcpyDeviceToDevice, cudaMemcpyDefault };
enum cudaStreamCaptureMode { cudaStreamCaptureModeThreadLocal };
constexpr unsigned cudaStreamNonBlocking = 1, cudaEventDisableTiming = 2;
enum cudaFuncAttribute { cudaFuncAttributeMaxDynamicSharedMemorySize };

inline cudaError_t cudaGetDeviceCount(int* n) { *n = 1; return cudaSuccess; }
inline cudaError_t cudaGetDevice(int* d) { *d = 0; return cudaSuccess; }
inline cudaError_t cudaSetDevice(int d) { return d == 0 ? cudaSuccess : cudaErrorInvalidDevice; }
inline cudaError_t cudaDriverGetVersion(int* v) { *v = 0; return cudaSuccess; }
inline cudaError_t cudaRuntimeGetVersion(int* v) { *v = 0; return cudaSuccess; }
inline cudaError_t cudaGetDeviceProperties(cudaDeviceProp* p, int) {
  *p = cudaDeviceProp{};
  std::snprintf(p->name, sizeof p->name, "emulated block by block on the host");
  p->totalGlobalMem = vc_emulation::kDeviceBytes;
  p->sharedMemPerBlock = 48 << 10;
  p->sharedMemPerBlockOptin = vc_emulation::kMostShared;
  p->major = 8;
  p->multiProcessorCount = 2;
  p->maxThreadsPerBlock = int(vc_emulation::kMostThreads);
  p->warpSize = 32;
  p->l2CacheSize = 1 << 20;
  return cudaSuccess;
}
inline cudaError_t cudaMemGetInfo(size_t* free, size_t* total) {
  *total = vc_emulation::kDeviceBytes;
  *free = *total - vc_emulation::device_used.load();
  return cudaSuccess;
}
inline cudaError_t cudaGetLastError() {
  const cudaError_t e = vc_emulation::last_error;
  vc_emulation::last_error = cudaSuccess;
  return e;
}
inline const char* cudaGetErrorString(cudaError_t e) {
  return e == cudaErrorLaunchFailure        ? vc_emulation::last_fault().c_str()
         : e == cudaErrorMemoryAllocation   ? "out of memory"
         : e == cudaErrorInvalidConfiguration ? "invalid configuration argument"
         : e == cudaErrorInvalidDevice      ? "invalid device ordinal"
         : e == cudaSuccess                 ? "no error"
                                            : "invalid argument";
}
template <class T> cudaError_t cudaMalloc(T** p, size_t n) { return vc_emulation::device_malloc(reinterpret_cast<void**>(p), n); }
inline cudaError_t cudaFree(void* p) { return vc_emulation::device_free(p); }
template <class T> cudaError_t cudaMallocAsync(T** p, size_t n, cudaStream_t) { return cudaMalloc(p, n); }
inline cudaError_t cudaFreeAsync(void* p, cudaStream_t) { return cudaFree(p); }
inline cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t n, cudaMemcpyKind, cudaStream_t s) {
  vc_emulation::enqueue(s, [=] { if (n) std::memcpy(to, from, n); });
  return cudaSuccess;
}
inline cudaError_t cudaMemsetAsync(void* p, int v, size_t n, cudaStream_t s) {
  vc_emulation::enqueue(s, [=] { if (n) std::memset(p, v, n); });
  return cudaSuccess;
}
inline cudaError_t cudaStreamCreateWithFlags(cudaStream_t* s, unsigned) { *s = new vc_emulated_stream; return cudaSuccess; }
inline cudaError_t cudaStreamDestroy(cudaStream_t s) { delete s; return cudaSuccess; }
inline cudaError_t cudaStreamSynchronize(cudaStream_t) { return cudaGetLastError(); }
inline cudaError_t cudaEventCreateWithFlags(cudaEvent_t* e, unsigned) { *e = new vc_emulated_event; return cudaSuccess; }
inline cudaError_t cudaEventDestroy(cudaEvent_t e) { delete e; return cudaSuccess; }
inline cudaError_t cudaEventRecord(cudaEvent_t, cudaStream_t) { return cudaSuccess; }
inline cudaError_t cudaStreamWaitEvent(cudaStream_t, cudaEvent_t, unsigned) { return cudaSuccess; }
inline cudaError_t cudaStreamBeginCapture(cudaStream_t s, cudaStreamCaptureMode) {
  s->recording = true;
  s->record.clear();
  return cudaSuccess;
}
inline cudaError_t cudaStreamEndCapture(cudaStream_t s, cudaGraph_t* g) {
  s->recording = false;
  *g = new vc_emulated_graph{std::move(s->record)};
  s->record.clear();
  return cudaSuccess;
}
inline cudaError_t cudaGraphInstantiate(cudaGraphExec_t* e, cudaGraph_t g, unsigned long long) {
  *e = new vc_emulated_graph(*g);
  return cudaSuccess;
}
inline cudaError_t cudaGraphLaunch(cudaGraphExec_t e, cudaStream_t) {
  for (auto& step : e->steps) step();
  return cudaSuccess;
}
inline cudaError_t cudaGraphDestroy(cudaGraph_t g) { delete g; return cudaSuccess; }
inline cudaError_t cudaGraphExecDestroy(cudaGraphExec_t e) { delete e; return cudaSuccess; }
struct cudaFuncAttributes { int binaryVersion; };
template <class F> cudaError_t cudaFuncGetAttributes(cudaFuncAttributes*, F*) { return cudaSuccess; }
template <class F> cudaError_t cudaFuncSetAttribute(F*, cudaFuncAttribute, int) { return cudaSuccess; }
