// What the CUDA tests of every family share: a queue, memory that lasts for a scope, and the list of families. A family is
// one file, cuda_<family>.cu, that ends in
//
//   const test::family dense{"dense", dense_kernels, dense_mistakes};
//
// and stands in CUDA_FAMILIES of the Makefile. `kernels` compares every kernel with the oracle and remembers the bytes of
// its results: it runs in three orders of the threads (twice on a GPU), which must give the same. `mistakes` runs once.
// With `brief` it may leave out its larger cases: that is how the slow sanitizers run. SPDX-License-Identifier: Apache-2.0
#pragma once
#include "cases.h"
#include "vc_cuda.h"
#include "virtualcell_cuda.h"

namespace test {

inline int64_t queue = 0;
inline bool brief = false;

inline void must(int32_t status, const std::string& what) {
  expect(status == VC_OK, what + ": " + (status ? vc_cuda_error_text() : ""));
}

// On the host: the nearest bf16 of a finite number, ties to even.
inline uint16_t nearest_bf16(float x) {
  uint32_t bits;
  std::memcpy(&bits, &x, 4);
  return uint16_t((bits + 0x7fffu + (bits >> 16 & 1u)) >> 16);
}

inline float widened(uint16_t half) {
  const uint32_t bits = uint32_t(half) << 16;
  float x;
  std::memcpy(&x, &bits, 4);
  return x;
}

// A copy in device memory for a scope.
template <class T>
struct on_device {
  explicit on_device(const std::vector<T>& v) : bytes(int64_t(v.size() * sizeof(T))) {
    must(vc_cuda_allocate(queue, bytes, VC_TAG_TENSOR, &address), "allocate");
    if (bytes) must(vc_cuda_put(queue, address, v.data(), 0, int64_t(v.size()), sizeof(T)), "upload");
  }
  explicit on_device(int64_t elements) : bytes(elements * int64_t(sizeof(T))) {
    must(vc_cuda_allocate(queue, bytes, VC_TAG_TENSOR, &address), "allocate");
  }
  ~on_device() { must(vc_cuda_release(0, queue, address, bytes, VC_TAG_TENSOR), "release"); }
  on_device(const on_device&) = delete;
  on_device& operator=(const on_device&) = delete;
  std::vector<T> get() const {
    std::vector<T> v(size_t(bytes) / sizeof(T));
    must(vc_cuda_get(queue, address, v.data(), 0, int64_t(v.size()), sizeof(T)), "download");
    return v;
  }
  int64_t address = 0, bytes;
};

// What the runs of a family must agree on: one number for each result, in order.
struct memory_of_results {
  std::vector<std::string> name;
  std::vector<uint64_t> digest;
  template <class T>
  void remember(const std::string& what, const std::vector<T>& result) {
    uint64_t h = 14695981039346656037ull;  // FNV-1a
    const auto* bytes = reinterpret_cast<const unsigned char*>(result.data());
    for (size_t i = 0; i < result.size() * sizeof(T); ++i) h = (h ^ bytes[i]) * 1099511628211ull;
    name.push_back(what);
    digest.push_back(h);
  }
};

struct family {
  const char* name;
  void (*kernels)(memory_of_results&);
  void (*mistakes)();
  family(const char* family_name, void (*all_kernels)(memory_of_results&), void (*all_mistakes)())
      : name(family_name), kernels(all_kernels), mistakes(all_mistakes) {
    all().push_back(*this);
  }
  static std::vector<family>& all() {
    static std::vector<family> list;
    return list;
  }
};

}  // namespace test
