// Counted, aligned memory. Each block carries a header of one cache line before the address that is handed out, so the
// caller needs no size to give it back and every byte is counted under the tag it was asked for.
// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <sys/mman.h>
#endif

#include "error.h"
#include "virtualcell_cpu.h"

namespace {

constexpr int64_t kLine = 64;
constexpr int64_t kLargePage = 2 << 20;   // of the common processors; blocks of several begin at one
constexpr int64_t kLargeBlock = 4 * kLargePage;
constexpr uint64_t kLive = 0x76636c6976653031ull, kFreed = 0x7663667265656431ull;

struct alignas(kLine) header {
  uint64_t mark;
  int64_t bytes;
  int32_t tag;
};
static_assert(sizeof(header) == kLine, "one cache line");

std::atomic<int64_t> held[VC_TAGS];

int64_t all_held() {
  int64_t sum = 0;
  for (auto& tag : held) sum += tag.load(std::memory_order_relaxed);
  return sum;
}

}  // namespace

extern "C" {

int32_t vc_cpu_allocate(int64_t bytes, int32_t tag, int64_t* address) {
  if (!address) return vc::fail(VC_INVALID, "allocate without a place for the address");
  *address = 0;
  if (bytes < 0 || tag < 0 || tag >= VC_TAGS)
    return vc::fail(VC_INVALID, "allocate %lld bytes under tag %d", (long long)bytes, tag);
  void* block = nullptr;
  const bool large = bytes >= kLargeBlock;
  if (bytes > INT64_MAX - 2 * kLargePage || posix_memalign(&block, size_t(large ? kLargePage : kLine), size_t(bytes) + sizeof(header)))
    return vc::fail(VC_OUT_OF_MEMORY, "%lld bytes of host memory were refused; %lld bytes are held", (long long)bytes,
                    (long long)all_held());
#ifdef MADV_HUGEPAGE
  // Kernels jump between the rows of a matrix: with pages of 4 KiB the processor walks page tables at every jump. Only a wish.
  if (large) madvise(block, size_t(bytes) + sizeof(header), MADV_HUGEPAGE);
#endif
  auto* head = static_cast<header*>(block);
  head->mark = kLive;
  head->bytes = bytes;
  head->tag = tag;
  held[tag].fetch_add(bytes, std::memory_order_relaxed);
  *address = reinterpret_cast<int64_t>(head + 1);
  return VC_OK;
}

int32_t vc_cpu_release(int64_t address) {
  if (!address) return VC_OK;
  if (address % kLine) return vc::fail(VC_INVALID, "release of an address that was never handed out");
  auto* head = reinterpret_cast<header*>(address) - 1;
  if (head->mark != kLive) return vc::fail(VC_INVALID, "release of an address that is not held");
  head->mark = kFreed;
  held[head->tag].fetch_sub(head->bytes, std::memory_order_relaxed);
  free(head);
  return VC_OK;
}

int32_t vc_cpu_allocated(int32_t tag, int64_t* bytes) {
  if (!bytes || tag < -1 || tag >= VC_TAGS) return vc::fail(VC_INVALID, "bytes held under tag %d", tag);
  *bytes = tag < 0 ? all_held() : held[tag].load(std::memory_order_relaxed);
  return VC_OK;
}

int32_t vc_cpu_put(int64_t to, const void* from, int64_t first, int64_t count, int32_t width) {
  if (count == 0) return VC_OK;
  if (!to || !from || first < 0 || count < 0 || width < 1) return vc::fail(VC_INVALID, "copy of %lld elements", (long long)count);
  memcpy(reinterpret_cast<void*>(to), static_cast<const char*>(from) + first * width, size_t(count) * size_t(width));
  return VC_OK;
}

int32_t vc_cpu_get(int64_t from, void* to, int64_t first, int64_t count, int32_t width) {
  if (count == 0) return VC_OK;
  if (!to || !from || first < 0 || count < 0 || width < 1) return vc::fail(VC_INVALID, "copy of %lld elements", (long long)count);
  memcpy(static_cast<char*>(to) + first * width, reinterpret_cast<const void*>(from), size_t(count) * size_t(width));
  return VC_OK;
}

}  // extern "C"
