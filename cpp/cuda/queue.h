// What the CUDA entries share: a queue, the current device, checked calls.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>

#include "vc_cuda.h"
#include "virtualcell_cuda.h"

namespace vc {

// The operations, numbered so that a kernel can leave its number behind when it meets a wrong index.
enum operation {
  kNothing, kRowScale, kCopyStructure, kLogNormalize, kCsrDense, kCsrTransposed, kGroupSums, kDistances, kEnergy, kGroupDistances,
  kDense, kRankSums, kRankValues
};
const char* name_of(int operation);

struct queue {
  int device;
  cudaStream_t stream;
  bool owns_stream;
  std::atomic<bool> capturing;
  int32_t* fault;      // device memory: number of the operation that met a wrong index, else 0
  int processors;      // multiprocessors of the device, for launch geometry
  int capability;      // 10 x major + minor
  int shared_bytes;    // shared memory a block can ask for
  int last_operation;  // what was enqueued last
};

inline queue& queue_at(int64_t address) { return *reinterpret_cast<queue*>(address); }

// Writes this thread's error text (printf format) and hands `status` back.
int32_t cuda_fail(int32_t status, const char* format, ...) __attribute__((format(printf, 2, 3)));

// The status of a failed runtime call; its name and the driver's text go into the error text.
int32_t cuda_failed(cudaError_t error, const char* call);

// Makes a device current for a scope and restores the caller's.
class device_scope {
 public:
  explicit device_scope(int device) {
    before_known_ = cudaGetDevice(&before_) == cudaSuccess;
    status_ = before_known_ && before_ == device ? cudaSuccess : cudaSetDevice(device);
    device_ = device;
  }
  ~device_scope() {
    if (before_known_ && before_ != device_) (void)cudaSetDevice(before_);
  }
  device_scope(const device_scope&) = delete;
  device_scope& operator=(const device_scope&) = delete;
  cudaError_t status() const { return status_; }

 private:
  int before_ = 0, device_ = 0;
  bool before_known_ = false;
  cudaError_t status_;
};

// Ends the function with the failure of a runtime call.
#define VC_CHECK(...)                                                                  \
  do {                                                                                 \
    const cudaError_t vc_error = (__VA_ARGS__);                                        \
    if (vc_error != cudaSuccess) return vc::cuda_failed(vc_error, #__VA_ARGS__);       \
  } while (0)
// Opens an entry: the queue, its device current.
#define VC_ENTER(q, address)                                                           \
  if (!(address)) return vc::cuda_fail(VC_INVALID, "%s: no queue", __func__);          \
  vc::queue& q = vc::queue_at(address);                                                \
  const vc::device_scope vc_scope(q.device);                                           \
  if (vc_scope.status() != cudaSuccess) return vc::cuda_failed(vc_scope.status(), "cudaSetDevice")
// What stands after every launch.
#define VC_LAUNCHED(q, operation)                                                      \
  do {                                                                                 \
    (q).last_operation = (operation);                                                  \
    const cudaError_t vc_error = cudaGetLastError();                                   \
    if (vc_error != cudaSuccess) return vc::cuda_failed(vc_error, vc::name_of(operation)); \
  } while (0)

}  // namespace vc
