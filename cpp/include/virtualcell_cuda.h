// The CUDA half of the native boundary. Rules: virtualcell.h.
//
// Every function makes its device current and restores the caller's. A queue is a stream with what belongs to it; calls
// on one queue come from one thread at a time, except vc_cuda_release. Kernels return when enqueued; what went wrong in
// them appears in vc_cuda_synchronize and vc_cuda_get, which wait.
// Linked against the emulation (cpp/cuda/emulation.h) the same functions run on the host, at once.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "virtualcell.h"

#ifdef __cplusplus
extern "C" {
#endif

// VC_BOUNDARY of the library; 1 if it is linked against the emulation.
int32_t vc_cuda_boundary(void);
int32_t vc_cuda_is_emulated(void);

// What the last failure on this thread was. Owned by the library; valid until that thread's next failure.
const char* vc_cuda_error_text(void);

// The number of usable devices. VC_NO_DEVICE with the reason where there is none or no driver; never more than that.
int32_t vc_cuda_device_count(int32_t* count);

// facts[0..7]: memory in bytes, compute capability major, minor, multiprocessors, shared memory a block can ask for,
// second-level cache in bytes, CUDA version of the driver, of this library (1000 x major + 10 x minor).
int32_t vc_cuda_device_facts(int32_t device, int64_t* facts);

// The device's name; owned by the library, valid until this thread's next call of this function.
const char* vc_cuda_device_name(int32_t device);

// VC_OK while the device answers; VC_DEVICE_FAILED with the driver's text once it is lost; VC_UNSUPPORTED if this build has
// no kernels for its architecture.
int32_t vc_cuda_device_alive(int32_t device);

// Opens a queue with a stream of its own, or on the host application's stream (a cudaStream_t, not destroyed) if that is
// not 0. The caller closes it. Closing waits for the queue and reports what failed, and closes it in any case.
int32_t vc_cuda_queue_open(int32_t device, int64_t host_stream, int64_t* queue);
int32_t vc_cuda_queue_close(int64_t queue);

// Allocates device memory, undefined, counted under `tag` of the device; usable in the queue's order. The caller owns it.
int32_t vc_cuda_allocate(int64_t queue, int64_t bytes, int32_t tag, int64_t* address);

// Gives memory back after the queue's work so far (queue 0: at once, for a queue that is closed). Any thread.
int32_t vc_cuda_release(int32_t device, int64_t queue, int64_t address, int64_t bytes, int32_t tag);

// Bytes now held under `tag` on a device, or under all tags for -1.
int32_t vc_cuda_allocated(int32_t device, int32_t tag, int64_t* bytes);

// Waits for the queue. VC_DEVICE_FAILED, VC_BAD_INDEX; the text names the operation as far as it is known.
int32_t vc_cuda_synchronize(int64_t queue);

// A mark at the queue's end, which another queue of the device can wait for; the caller releases it.
int32_t vc_cuda_mark(int64_t queue, int64_t* mark);
int32_t vc_cuda_await(int64_t queue, int64_t mark);
int32_t vc_cuda_mark_release(int64_t mark);

// Records the kernels enqueued from begin to end without running them; the caller releases the graph.
int32_t vc_cuda_capture_begin(int64_t queue);
int32_t vc_cuda_capture_end(int64_t queue, int64_t* graph);
int32_t vc_cuda_graph_launch(int64_t queue, int64_t graph);
int32_t vc_cuda_graph_release(int64_t graph);

// Copies between a Java array, `count` elements of `width` bytes from element `first`, and device memory. The array is only
// used in the call. vc_cuda_get waits for the queue first and reports as vc_cuda_synchronize does.
int32_t vc_cuda_put(int64_t queue, int64_t to, const void* from, int64_t first, int64_t count, int32_t width);
int32_t vc_cuda_get(int64_t queue, int64_t from, void* to, int64_t first, int64_t count, int32_t width);

// The operations of virtualcell_cpu.h on device memory, on whole matrices. `x` is the address of int64_t[VC_CSR_FIELDS] on
// the host, read during the call; the addresses in it are the device's. `scale` may be 0 where virtualcell_cpu.h says so.
// Sums have a fixed order that depends on the shapes alone. Indices in the data are checked: VC_BAD_INDEX when waiting.
int32_t vc_cuda_row_scale(int64_t queue, const int64_t* x, float total, int64_t out);
int32_t vc_cuda_copy_structure(int64_t queue, const int64_t* x, int64_t out_row_start, int64_t out_gene);
int32_t vc_cuda_log_normalize(int64_t queue, const int64_t* x, int64_t scale, int64_t out);
int32_t vc_cuda_csr_dense(int64_t queue, const int64_t* x, int64_t scale, int64_t columns, int64_t dense, int32_t type,
                          int64_t bias, int32_t activation, int32_t precision, int64_t out);
int32_t vc_cuda_csr_transposed(int64_t queue, const int64_t* x, int64_t scale, int64_t columns, int64_t dense, int32_t precision,
                               int64_t scratch, int64_t out);
int64_t vc_cuda_csr_transposed_scratch(int64_t rows, int64_t genes, int64_t columns);
int32_t vc_cuda_group_sums(int64_t queue, const int64_t* x, int64_t scale, int64_t groups, int64_t group, int32_t whole,
                           int64_t scratch, int64_t sums, int64_t squares, int64_t detections);
int64_t vc_cuda_group_sums_scratch(int64_t rows, int64_t groups);

#ifdef __cplusplus
}
#endif
