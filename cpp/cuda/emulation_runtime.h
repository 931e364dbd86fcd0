// CUDA without a GPU: the runtime calls that a launcher needs, on host memory. Included by emulation.h.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <cstdio>
#include <mutex>
#include <unordered_map>

#include "emulation.h"

using cudaError_t = int;
constexpr cudaError_t cudaSuccess = 0, cudaErrorInvalidValue = 1, cudaErrorMemoryAllocation = 2,
                      cudaErrorInvalidConfiguration = 9, cudaErrorInvalidDevice = 101, cudaErrorLaunchFailure = 719;

namespace vc_emulation {
// A small device: 8 GiB of 'device memory', so that running out of it can be tested.
constexpr size_t kDeviceBytes = size_t(8) << 30;
// Which kernels it takes and in what shape follows from these, as on a real one; set by tests, before a queue is opened.
inline int capability = 80, shared_bytes_of_a_block = int(kMostShared), processors = 2;
inline std::atomic<size_t> device_used{0};
inline std::mutex blocks_lock;
inline std::unordered_map<void*, size_t> blocks;  // beside the memory, so that AddressSanitizer guards both its ends

// The runtime call after `calls_until_failure` more fails with `planted`, and so do all later ones if the device is lost.
inline int calls_until_failure = -1;  // none
inline cudaError_t planted = cudaErrorLaunchFailure;
inline bool lost = false;
inline cudaError_t fails() {
  if (lost || calls_until_failure == 0) {
    if (calls_until_failure == 0) calls_until_failure = -1;
    return last_error = planted;
  }
  if (calls_until_failure > 0) --calls_until_failure;
  return cudaSuccess;
}
inline void plant(int calls, cudaError_t error, bool and_lost = false) {
  calls_until_failure = and_lost ? -1 : calls;
  planted = error;
  lost = and_lost;
}
inline void heal() { plant(-1, cudaErrorLaunchFailure); }
#define VC_MAY_FAIL \
  if (const cudaError_t vc_planted = vc_emulation::fails()) return vc_planted

inline cudaError_t device_malloc(void** p, size_t bytes) {
  *p = nullptr;
  VC_MAY_FAIL;
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
  VC_MAY_FAIL;
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
inline cudaError_t cudaSetDevice(int d) { VC_MAY_FAIL; return d == 0 ? cudaSuccess : cudaErrorInvalidDevice; }
inline cudaError_t cudaDriverGetVersion(int* v) { *v = 0; return cudaSuccess; }
inline cudaError_t cudaRuntimeGetVersion(int* v) { *v = 0; return cudaSuccess; }
inline cudaError_t cudaGetDeviceProperties(cudaDeviceProp* p, int) { VC_MAY_FAIL;
  *p = cudaDeviceProp{};
  std::snprintf(p->name, sizeof p->name, "emulated block by block on the host");
  p->totalGlobalMem = vc_emulation::kDeviceBytes;
  p->sharedMemPerBlock = 48 << 10;
  p->sharedMemPerBlockOptin = size_t(vc_emulation::shared_bytes_of_a_block);
  p->major = vc_emulation::capability / 10;
  p->minor = vc_emulation::capability % 10;
  p->multiProcessorCount = vc_emulation::processors;
  p->maxThreadsPerBlock = int(vc_emulation::kMostThreads);
  p->warpSize = 32;
  p->l2CacheSize = 1 << 20;
  return cudaSuccess;
}
inline cudaError_t cudaMemGetInfo(size_t* free, size_t* total) { VC_MAY_FAIL;
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
  return e == cudaErrorLaunchFailure        ? (vc_emulation::last_fault().empty() ? "unspecified launch failure" : vc_emulation::last_fault().c_str())
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
inline cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t n, cudaMemcpyKind, cudaStream_t s) { VC_MAY_FAIL;
  vc_emulation::enqueue(s, [=] { if (n) std::memcpy(to, from, n); });
  return cudaSuccess;
}
inline cudaError_t cudaMemsetAsync(void* p, int v, size_t n, cudaStream_t s) { VC_MAY_FAIL;
  vc_emulation::enqueue(s, [=] { if (n) std::memset(p, v, n); });
  return cudaSuccess;
}
inline cudaError_t cudaStreamCreateWithFlags(cudaStream_t* s, unsigned) { VC_MAY_FAIL; *s = new vc_emulated_stream; return cudaSuccess; }
inline cudaError_t cudaStreamDestroy(cudaStream_t s) { delete s; return cudaSuccess; }
inline cudaError_t cudaStreamSynchronize(cudaStream_t) { VC_MAY_FAIL; return cudaGetLastError(); }
inline cudaError_t cudaEventCreateWithFlags(cudaEvent_t* e, unsigned) { VC_MAY_FAIL; *e = new vc_emulated_event; return cudaSuccess; }
inline cudaError_t cudaEventDestroy(cudaEvent_t e) { delete e; return cudaSuccess; }
inline cudaError_t cudaEventRecord(cudaEvent_t, cudaStream_t) { VC_MAY_FAIL; return cudaSuccess; }
inline cudaError_t cudaStreamWaitEvent(cudaStream_t, cudaEvent_t, unsigned) { VC_MAY_FAIL; return cudaSuccess; }
inline cudaError_t cudaStreamBeginCapture(cudaStream_t s, cudaStreamCaptureMode) { VC_MAY_FAIL;
  s->recording = true;
  s->record.clear();
  return cudaSuccess;
}
inline cudaError_t cudaStreamEndCapture(cudaStream_t s, cudaGraph_t* g) {
  s->recording = false;
  VC_MAY_FAIL;
  *g = new vc_emulated_graph{std::move(s->record)};
  s->record.clear();
  return cudaSuccess;
}
inline cudaError_t cudaGraphInstantiate(cudaGraphExec_t* e, cudaGraph_t g, unsigned long long) { VC_MAY_FAIL;
  *e = new vc_emulated_graph(*g);
  return cudaSuccess;
}
inline cudaError_t cudaGraphLaunch(cudaGraphExec_t e, cudaStream_t) { VC_MAY_FAIL;
  for (auto& step : e->steps) step();
  return cudaSuccess;
}
inline cudaError_t cudaGraphDestroy(cudaGraph_t g) { delete g; return cudaSuccess; }
inline cudaError_t cudaGraphExecDestroy(cudaGraphExec_t e) { delete e; return cudaSuccess; }
struct cudaFuncAttributes { int binaryVersion; };
template <class F> cudaError_t cudaFuncGetAttributes(cudaFuncAttributes*, F*) { VC_MAY_FAIL; return cudaSuccess; }
template <class F> cudaError_t cudaFuncSetAttribute(F*, cudaFuncAttribute, int) { VC_MAY_FAIL; return cudaSuccess; }
