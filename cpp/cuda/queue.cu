// Devices, queues, memory, copies, marks and graphs: everything but kernels.
// SPDX-License-Identifier: Apache-2.0
#include "queue.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <new>

#include "csr.h"

namespace {

// Asked for its code, to find out whether this build has any for a device.
__global__ void anything() {}

constexpr int kDevices = 64;  // more than one machine holds
thread_local char text[512] = "no failure on this thread";
thread_local char device_name[256] = "";
std::atomic<int64_t> held[kDevices][VC_TAGS];

bool known(int32_t device, int32_t tag) { return device >= 0 && device < kDevices && tag >= 0 && tag < VC_TAGS; }

// Waits, then looks whether a kernel met a wrong index.
int32_t wait(vc::queue& q) {
  const cudaError_t error = cudaStreamSynchronize(q.stream);
  if (error != cudaSuccess)
    return vc::cuda_fail(VC_DEVICE_FAILED, "the device failed, last enqueued was %s: %s", vc::name_of(q.last_operation),
                         cudaGetErrorString(error));
  int32_t fault = 0;
  VC_CHECK(cudaMemcpyAsync(&fault, q.fault, sizeof fault, cudaMemcpyDeviceToHost, q.stream));
  VC_CHECK(cudaStreamSynchronize(q.stream));
  if (fault == 0) return VC_OK;
  VC_CHECK(cudaMemsetAsync(q.fault, 0, sizeof fault, q.stream));
  if (fault == vc::kRankValues)
    return vc::cuda_fail(VC_BAD_VALUE, "rank_sums: a count exceeds its cell's total, a total is out of range, or a group and "
                                       "its reference have too many cells for 64-bit tie terms");
  return vc::cuda_fail(VC_BAD_INDEX, "%s: a row offset, gene, escape or start is out of range", vc::name_of(fault));
}

}  // namespace

namespace vc {

const char* name_of(int operation) {
  switch (operation) {
    case kRowScale: return "row_scale";
    case kCopyStructure: return "copy_structure";
    case kLogNormalize: return "log_normalize";
    case kCsrDense: return "csr_dense";
    case kCsrTransposed: return "csr_transposed";
    case kGroupSums: return "group_sums";
    case kDistances: return "distances";
    case kEnergy: return "energy";
    case kGroupDistances: return "group_distances";
    case kDense: return "dense product";
    case kRankSums: return "rank_sums";
    case kRankValues: return "rank_sums: values";
    default: return "nothing";
  }
}

int32_t cuda_fail(int32_t status, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  return status;
}

int32_t cuda_failed(cudaError_t error, const char* call) {
  const int32_t status = error == cudaErrorMemoryAllocation ? VC_OUT_OF_MEMORY : VC_DEVICE_FAILED;
  cuda_fail(status, "%.200s: %s (CUDA error %d)", call, cudaGetErrorString(error), int(error));
  (void)cudaGetLastError();  // an error that is not sticky is thereby forgotten
  return status;
}

int32_t check_csr(const char* name, const int64_t* f) {
  if (!f) return cuda_fail(VC_INVALID, "%s: no matrix", name);
  if (f[VC_CSR_ROWS] < 0 || f[VC_CSR_GENES] < 0 || f[VC_CSR_GENES] > INT32_MAX || f[VC_CSR_NON_ZEROS] < 0 ||
      f[VC_CSR_PACKING] < VC_PLAIN || f[VC_CSR_PACKING] > VC_COMPACT || !f[VC_CSR_ROW_START])
    return cuda_fail(VC_INVALID, "%s: a matrix of %lld x %lld with %lld values", name, (long long)f[VC_CSR_ROWS],
                     (long long)f[VC_CSR_GENES], (long long)f[VC_CSR_NON_ZEROS]);
  return VC_OK;
}

}  // namespace vc

extern "C" {

int32_t vc_cuda_boundary(void) { return VC_BOUNDARY; }

int32_t vc_cuda_is_emulated(void) {
#ifdef __CUDACC__
  return 0;
#else
  return 1;
#endif
}

const char* vc_cuda_error_text(void) { return text; }

int32_t vc_cuda_device_count(int32_t* count) {
  if (!count) return vc::cuda_fail(VC_INVALID, "device_count without a place for the number");
  int found = 0;
  const cudaError_t error = cudaGetDeviceCount(&found);
  *count = error == cudaSuccess ? found : 0;
  if (*count > 0) return VC_OK;
  (void)cudaGetLastError();
  int driver = 0, library = 0;
  (void)cudaDriverGetVersion(&driver);
  (void)cudaRuntimeGetVersion(&library);
  if (error != cudaSuccess && driver == 0)
    return vc::cuda_fail(VC_NO_DEVICE, "no NVIDIA driver is installed (%s)", cudaGetErrorString(error));
  if (error != cudaSuccess)
    return vc::cuda_fail(VC_NO_DEVICE, "%s: the driver speaks CUDA %d.%d, this library needs %d.0 or newer (driver 580)",
                         cudaGetErrorString(error), driver / 1000, driver % 1000 / 10, library / 1000);
  return vc::cuda_fail(VC_NO_DEVICE, "the driver lists no NVIDIA GPU");
}

int32_t vc_cuda_device_facts(int32_t device, int64_t* facts) {
  if (!facts) return vc::cuda_fail(VC_INVALID, "device_facts without a place for them");
  cudaDeviceProp p;
  VC_CHECK(cudaGetDeviceProperties(&p, device));
  int driver = 0, library = 0;
  VC_CHECK(cudaDriverGetVersion(&driver));
  VC_CHECK(cudaRuntimeGetVersion(&library));
  const int64_t all[8] = {int64_t(p.totalGlobalMem), p.major, p.minor, p.multiProcessorCount,
                          int64_t(p.sharedMemPerBlockOptin), p.l2CacheSize, driver, library};
  memcpy(facts, all, sizeof all);
  return VC_OK;
}

const char* vc_cuda_device_name(int32_t device) {
  cudaDeviceProp p;
  if (cudaGetDeviceProperties(&p, device) != cudaSuccess) return "unknown";
  snprintf(device_name, sizeof device_name, "%s", p.name);
  return device_name;
}

int32_t vc_cuda_device_alive(int32_t device) {
  const vc::device_scope scope(device);
  if (scope.status() != cudaSuccess) return vc::cuda_failed(scope.status(), "cudaSetDevice");
  cudaFuncAttributes attributes;
  if (cudaFuncGetAttributes(&attributes, anything) != cudaSuccess) {
    (void)cudaGetLastError();
    size_t available = 0, total = 0;
    VC_CHECK(cudaMemGetInfo(&available, &total));  // the better text, if the device is lost
    return vc::cuda_fail(VC_UNSUPPORTED, "this build holds no kernels for its architecture");
  }
  return VC_OK;
}

int32_t vc_cuda_queue_open(int32_t device, int64_t host_stream, int64_t* address) {
  if (!address || device < 0 || device >= kDevices) return vc::cuda_fail(VC_INVALID, "queue_open on device %d", device);
  *address = 0;
  const vc::device_scope scope(device);
  if (scope.status() != cudaSuccess) return vc::cuda_failed(scope.status(), "cudaSetDevice");
  cudaDeviceProp p;
  VC_CHECK(cudaGetDeviceProperties(&p, device));
  auto* q = new (std::nothrow) vc::queue{};
  if (!q) return vc::cuda_fail(VC_OUT_OF_MEMORY, "a queue");
  q->device = device;
  q->processors = p.multiProcessorCount;
  q->capability = 10 * p.major + p.minor;
  q->shared_bytes = int(p.sharedMemPerBlockOptin);
  q->owns_stream = host_stream == 0;
  q->stream = reinterpret_cast<cudaStream_t>(host_stream);
  cudaError_t error = q->owns_stream ? cudaStreamCreateWithFlags(&q->stream, cudaStreamNonBlocking) : cudaSuccess;
  if (error != cudaSuccess) {
    delete q;
    return vc::cuda_failed(error, "cudaStreamCreateWithFlags");
  }
  error = cudaMalloc(&q->fault, sizeof(int32_t));
  if (error == cudaSuccess) error = cudaMemsetAsync(q->fault, 0, sizeof(int32_t), q->stream);
  *address = reinterpret_cast<int64_t>(q);
  if (error == cudaSuccess) return VC_OK;
  vc_cuda_queue_close(*address);
  *address = 0;
  return vc::cuda_failed(error, "the queue's first allocation");
}

int32_t vc_cuda_queue_close(int64_t queue) {
  VC_ENTER(q, queue);
  const int32_t status = q.fault ? wait(q) : VC_OK;
  const cudaError_t freed = q.fault ? cudaFree(q.fault) : cudaSuccess;
  const cudaError_t ended = q.owns_stream ? cudaStreamDestroy(q.stream) : cudaSuccess;
  delete &q;
  if (status == VC_OK && freed != cudaSuccess) return vc::cuda_failed(freed, "cudaFree");
  if (status == VC_OK && ended != cudaSuccess) return vc::cuda_failed(ended, "cudaStreamDestroy");
  return status;
}

int32_t vc_cuda_allocate(int64_t queue, int64_t bytes, int32_t tag, int64_t* address) {
  VC_ENTER(q, queue);
  if (!address || bytes < 0 || !known(q.device, tag)) return vc::cuda_fail(VC_INVALID, "allocate %lld bytes", (long long)bytes);
  *address = 0;
  if (bytes == 0) return VC_OK;
  void* memory = nullptr;
  cudaError_t error = cudaMallocAsync(&memory, size_t(bytes), q.stream);
  if (error != cudaSuccess && error != cudaErrorMemoryAllocation) {
    (void)cudaGetLastError();  // a driver or device without memory pools
    error = cudaMalloc(&memory, size_t(bytes));
  }
  if (error != cudaSuccess) {
    size_t available = 0, total = 0;
    (void)cudaGetLastError();
    (void)cudaMemGetInfo(&available, &total);
    if (error != cudaErrorMemoryAllocation) return vc::cuda_failed(error, "cudaMalloc");
    return vc::cuda_fail(VC_OUT_OF_MEMORY, "%lld bytes of device memory were refused; %lld of %lld bytes are free",
                         (long long)bytes, (long long)available, (long long)total);
  }
  held[q.device][tag].fetch_add(bytes, std::memory_order_relaxed);
  *address = reinterpret_cast<int64_t>(memory);
  return VC_OK;
}

int32_t vc_cuda_release(int32_t device, int64_t queue, int64_t address, int64_t bytes, int32_t tag) {
  if (!known(device, tag) || bytes < 0) return vc::cuda_fail(VC_INVALID, "release on device %d under tag %d", device, tag);
  if (!address) return VC_OK;
  const vc::device_scope scope(device);
  if (scope.status() != cudaSuccess) return vc::cuda_failed(scope.status(), "cudaSetDevice");
  held[device][tag].fetch_sub(bytes, std::memory_order_relaxed);
  auto* q = reinterpret_cast<vc::queue*>(queue);
  void* memory = reinterpret_cast<void*>(address);
  // a free in a stream that is being captured would become part of the graph
  if (q && !q->capturing.load() && cudaFreeAsync(memory, q->stream) == cudaSuccess) return VC_OK;
  (void)cudaGetLastError();
  VC_CHECK(cudaFree(memory));
  return VC_OK;
}

int32_t vc_cuda_allocated(int32_t device, int32_t tag, int64_t* bytes) {
  if (!bytes || !known(device, tag < 0 ? 0 : tag)) return vc::cuda_fail(VC_INVALID, "bytes held under tag %d", tag);
  *bytes = 0;
  for (int32_t t = 0; t < VC_TAGS; ++t)
    if (tag < 0 || t == tag) *bytes += held[device][t].load(std::memory_order_relaxed);
  return VC_OK;
}

int32_t vc_cuda_synchronize(int64_t queue) {
  VC_ENTER(q, queue);
  return wait(q);
}

int32_t vc_cuda_mark(int64_t queue, int64_t* mark) {
  VC_ENTER(q, queue);
  if (!mark) return vc::cuda_fail(VC_INVALID, "mark without a place for it");
  cudaEvent_t event;
  VC_CHECK(cudaEventCreateWithFlags(&event, cudaEventDisableTiming));
  const cudaError_t error = cudaEventRecord(event, q.stream);
  if (error != cudaSuccess) {
    (void)cudaEventDestroy(event);
    return vc::cuda_failed(error, "cudaEventRecord");
  }
  *mark = reinterpret_cast<int64_t>(event);
  return VC_OK;
}

int32_t vc_cuda_await(int64_t queue, int64_t mark) {
  VC_ENTER(q, queue);
  if (!mark) return vc::cuda_fail(VC_INVALID, "await without a mark");
  VC_CHECK(cudaStreamWaitEvent(q.stream, reinterpret_cast<cudaEvent_t>(mark), 0));
  return VC_OK;
}

int32_t vc_cuda_mark_release(int64_t mark) {
  if (mark) VC_CHECK(cudaEventDestroy(reinterpret_cast<cudaEvent_t>(mark)));
  return VC_OK;
}

int32_t vc_cuda_capture_begin(int64_t queue) {
  VC_ENTER(q, queue);
  VC_CHECK(cudaStreamBeginCapture(q.stream, cudaStreamCaptureModeThreadLocal));
  q.capturing = true;
  return VC_OK;
}

int32_t vc_cuda_capture_end(int64_t queue, int64_t* graph) {
  VC_ENTER(q, queue);
  if (!graph) return vc::cuda_fail(VC_INVALID, "capture_end without a place for the graph");
  *graph = 0;
  q.capturing = false;
  cudaGraph_t captured = nullptr;
  VC_CHECK(cudaStreamEndCapture(q.stream, &captured));
  cudaGraphExec_t ready = nullptr;
  const cudaError_t error = cudaGraphInstantiate(&ready, captured, 0);
  (void)cudaGraphDestroy(captured);
  if (error != cudaSuccess) return vc::cuda_failed(error, "cudaGraphInstantiate");
  *graph = reinterpret_cast<int64_t>(ready);
  return VC_OK;
}

int32_t vc_cuda_graph_launch(int64_t queue, int64_t graph) {
  VC_ENTER(q, queue);
  if (!graph) return vc::cuda_fail(VC_INVALID, "graph_launch without a graph");
  VC_CHECK(cudaGraphLaunch(reinterpret_cast<cudaGraphExec_t>(graph), q.stream));
  return VC_OK;
}

int32_t vc_cuda_graph_release(int64_t graph) {
  if (graph) VC_CHECK(cudaGraphExecDestroy(reinterpret_cast<cudaGraphExec_t>(graph)));
  return VC_OK;
}

int32_t vc_cuda_put(int64_t queue, int64_t to, const void* from, int64_t first, int64_t count, int32_t width) {
  VC_ENTER(q, queue);
  if (count == 0) return VC_OK;
  if (!to || !from || first < 0 || count < 0 || width < 1)
    return vc::cuda_fail(VC_INVALID, "copy of %lld elements", (long long)count);
  // from pageable memory: the array has been read when this returns
  VC_CHECK(cudaMemcpyAsync(reinterpret_cast<void*>(to), static_cast<const char*>(from) + first * width,
                           size_t(count) * size_t(width), cudaMemcpyHostToDevice, q.stream));
  return VC_OK;
}

int32_t vc_cuda_get(int64_t queue, int64_t from, void* to, int64_t first, int64_t count, int32_t width) {
  VC_ENTER(q, queue);
  if (int32_t bad = wait(q)) return bad;
  if (count == 0) return VC_OK;
  if (!to || !from || first < 0 || count < 0 || width < 1)
    return vc::cuda_fail(VC_INVALID, "copy of %lld elements", (long long)count);
  VC_CHECK(cudaMemcpyAsync(static_cast<char*>(to) + first * width, reinterpret_cast<const void*>(from),
                           size_t(count) * size_t(width), cudaMemcpyDeviceToHost, q.stream));
  VC_CHECK(cudaStreamSynchronize(q.stream));
  return VC_OK;
}

}  // extern "C"
