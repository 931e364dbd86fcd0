// Every CUDA kernel against its oracle, family by family (device.h). Under emulation in three orders of the threads, which
// must give the same bytes; with nvcc on a GPU, or exit 77 with the reason where there is none. Arguments: families to run,
// all without any; `brief` leaves out the larger cases. SPDX-License-Identifier: Apache-2.0
#include "device.h"

#include <algorithm>
#include <chrono>

namespace {

using namespace test;

void memory_is_counted() {
  int64_t held = -1, address = 0;
  must(vc_cuda_allocated(0, -1, &held), "held");
  expect(held == 0, "nothing is held after the tests: " + std::to_string(held));
  expect(vc_cuda_allocate(queue, int64_t(1) << 50, VC_TAG_TENSOR, &address) == VC_OUT_OF_MEMORY, "a petabyte is refused");
  expect(std::strstr(vc_cuda_error_text(), "1125899906842624") != nullptr, "the text names the bytes");
}

void all_orders(const family& f) {
  memory_of_results first;
#ifdef __CUDACC__
  constexpr int kRuns = 2;
#else
  const int kRuns = brief ? 1 : 3;
#endif
  for (int run = 0; run < kRuns; ++run) {
#ifndef __CUDACC__
    vc_emulation::thread_order = vc_emulation::order(brief ? 2 : run);  // forward, backward, shuffled
#endif
    memory_of_results now;
    f.kernels(now);
    if (run == 0) first = now;
    expect(now.name == first.name, std::string(f.name) + ": every run has the same results");
    for (size_t i = 0; i < now.digest.size() && i < first.digest.size(); ++i)
      expect(now.digest[i] == first.digest[i], now.name[i] + ": other bytes in run " + std::to_string(run));
  }
}

}  // namespace

int main(int arguments, char** argument) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);  // a sanitizer that ends the program ends it unflushed
  int32_t count = 0;
  if (vc_cuda_device_count(&count) != VC_OK) {
    std::printf("cuda kernels: skipped, %s\n", vc_cuda_error_text());
    return 77;
  }
  std::vector<std::string> wanted;
  for (int i = 1; i < arguments; ++i)
    if (std::strcmp(argument[i], "brief") == 0) {
      brief = true;
    } else {
      wanted.push_back(argument[i]);
    }
  int64_t facts[8];
  must(vc_cuda_device_facts(0, facts), "facts");
  std::printf("device: %s, compute capability %d.%d\n", vc_cuda_device_name(0), int(facts[1]), int(facts[2]));
  must(vc_cuda_queue_open(0, 0, &queue), "queue");
  for (const family& f : family::all()) {
    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), f.name) == wanted.end()) continue;
    const auto began = std::chrono::steady_clock::now();
    const int failed_before = failures;
    all_orders(f);
    if (f.mistakes) f.mistakes();
    std::printf("%-10s %s, %.1f s\n", f.name, failures == failed_before ? "passed" : "FAILED",
                std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
  }
  memory_is_counted();
  must(vc_cuda_queue_close(queue), "close");
  return verdict("cuda kernels");
}
