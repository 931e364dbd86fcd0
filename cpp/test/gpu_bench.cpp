// Times the sparse kernels of a device on the arrays of a folder and leaves their results there, for tools/gpu-peers, which
// writes the arrays, runs the peers on the same ones, compares and divides. usage: gpu_bench FOLDER SAMPLES CALLS
//   in:   shape.txt (cells genes columns groups values), row_start.i64 gene.u16 count.u8 (no count above 254), scale.f32,
//         weights.f32, halves.u16 (the weights in bf16), gradient.f32, group.i32
//   out:  hidden_exact.f32, hidden_fast.f32, gradient_exact.f32, gradient_fast.f32, sums.i64; lines "name seconds" on stdout,
//         the median over samples of CALLS calls each. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "virtualcell_cuda.h"

namespace {

int64_t queue = 0;
std::string folder;
int samples = 15, calls = 10;

void must(int32_t status) {
  if (status == VC_OK) return;
  std::printf("failed: %s\n", vc_cuda_error_text());
  std::exit(1);
}

int64_t room(int64_t bytes) {
  int64_t address = 0;
  must(vc_cuda_allocate(queue, bytes, VC_TAG_TENSOR, &address));
  return address;
}

int64_t load(const char* name, int64_t elements, int width) {
  std::vector<char> bytes(size_t(elements * width));
  std::ifstream in(folder + "/" + name, std::ios::binary);
  if (!in.read(bytes.data(), std::streamsize(bytes.size()))) {
    std::printf("failed: %s/%s is missing or shorter than %lld bytes\n", folder.c_str(), name, (long long)bytes.size());
    std::exit(1);
  }
  const int64_t address = room(int64_t(bytes.size()));
  must(vc_cuda_put(queue, address, bytes.data(), 0, elements, width));
  return address;
}

void save(const char* name, int64_t address, int64_t elements, int width) {
  std::vector<char> bytes(size_t(elements * width));
  must(vc_cuda_get(queue, address, bytes.data(), 0, elements, width));
  std::ofstream(folder + "/" + name, std::ios::binary).write(bytes.data(), std::streamsize(bytes.size()));
}

template <class Call>
void time(const char* name, Call call) {
  must(call());  // once for shared-memory settings, caches and compilation from PTX
  must(vc_cuda_synchronize(queue));
  std::vector<double> seconds;
  for (int s = 0; s < samples; ++s) {
    const auto began = std::chrono::steady_clock::now();
    for (int i = 0; i < calls; ++i) must(call());
    must(vc_cuda_synchronize(queue));
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count() / calls);
  }
  std::sort(seconds.begin(), seconds.end());
  std::printf("%s %.9f\n", name, seconds[seconds.size() / 2]);
  std::fflush(stdout);
}

}  // namespace

int main(int arguments, char** argument) {
  if (arguments < 2) {
    std::printf("usage: gpu_bench FOLDER [SAMPLES] [CALLS]\n");
    return 2;
  }
  int32_t count = 0;
  if (vc_cuda_device_count(&count) != VC_OK) {
    std::printf("skipped: %s\n", vc_cuda_error_text());
    return 77;
  }
  folder = argument[1];
  if (arguments > 2) samples = std::max(1, std::atoi(argument[2]));
  if (arguments > 3) calls = std::max(1, std::atoi(argument[3]));
  int64_t rows = 0, genes = 0, columns = 0, groups = 0, values = 0;
  std::ifstream(folder + "/shape.txt") >> rows >> genes >> columns >> groups >> values;
  must(vc_cuda_queue_open(0, 0, &queue));
  const int64_t row_start = load("row_start.i64", rows + 1, 8), gene = load("gene.u16", values, 2), counts = load("count.u8", values, 1);
  const int64_t scale = load("scale.f32", rows, 4), weights = load("weights.f32", genes * columns, 4);
  const int64_t halves = load("halves.u16", genes * columns, 2), gradient = load("gradient.f32", rows * columns, 4);
  const int64_t group = load("group.i32", rows, 4);
  const int64_t no_escapes = load("no_escapes.i64", rows + 1, 8);
  const int64_t hidden = room(rows * columns * 4), dw = room(genes * columns * 4), logs = room(values * 4);
  const int64_t sums = room(groups * genes * 8), squares = room(groups * genes * 8), seen = room(groups * genes * 4);
  const int64_t scratch =
      room(std::max(vc_cuda_csr_transposed_scratch(rows, genes, columns), vc_cuda_group_sums_scratch(rows, groups)) + 64);
  const int64_t x[VC_CSR_FIELDS] = {VC_COMPACT, rows, genes, values, row_start, gene, counts, 0, no_escapes, 0, 0};
  auto product = [&](bool fast) {
    return vc_cuda_csr_dense(queue, x, scale, columns, fast ? halves : weights, fast ? VC_BF16 : VC_F32, 0, VC_ACTIVATION_NONE,
                             fast ? VC_FAST : VC_EXACT, hidden);
  };
  auto transposed = [&](bool fast) {
    return vc_cuda_csr_transposed(queue, x, scale, columns, gradient, fast ? VC_FAST : VC_EXACT, scratch, dw);
  };
  time("hidden_fast", [&] { return product(true); });
  save("hidden_fast.f32", hidden, rows * columns, 4);
  time("hidden_exact", [&] { return product(false); });
  save("hidden_exact.f32", hidden, rows * columns, 4);
  time("gradient_fast", [&] { return transposed(true); });
  save("gradient_fast.f32", dw, genes * columns, 4);
  time("gradient_exact", [&] { return transposed(false); });
  save("gradient_exact.f32", dw, genes * columns, 4);
  time("log_normalize", [&] { return vc_cuda_log_normalize(queue, x, scale, logs); });
  time("group_sums", [&] { return vc_cuda_group_sums(queue, x, 0, groups, group, 1, scratch, sums, squares, seen); });
  save("sums.i64", sums, groups * genes, 8);
  return 0;
}
