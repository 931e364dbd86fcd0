// Sizes past 2^31: more values, more outputs and more weights than 32 bits count. Nothing of that size is touched: the
// operands are address space without memory behind it, nearly all zeros, and of each grid only the blocks at the far end
// run. Emulation only. SPDX-License-Identifier: Apache-2.0
#include "device.h"
#include "mma.h"
#ifndef __CUDACC__
#include <sys/mman.h>

namespace {

using namespace test;

// Address space for `elements`, zero where nothing is written.
template <class T>
struct vast {
  explicit vast(int64_t elements) : bytes(size_t(elements) * sizeof(T)) {
    void* p = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    data = p == MAP_FAILED ? nullptr : static_cast<T*>(p);
  }
  ~vast() {
    if (data) munmap(data, bytes);
  }
  vast(const vast&) = delete;
  vast& operator=(const vast&) = delete;
  int64_t address() const { return reinterpret_cast<int64_t>(data); }
  T& operator[](int64_t i) const { return data[i]; }
  T* data = nullptr;
  size_t bytes;
};

constexpr int64_t kRows = 20000000, kColumns = 130, kGenes = 40, kNonZeros = (int64_t(1) << 31) + 1000;

bool last_block(uint3 block, dim3 grid) { return block.x + 1 == grid.x && block.y + 1 == grid.y && block.z + 1 == grid.z; }
bool last_column_of_blocks(uint3 block, dim3 grid) { return block.x + 1 == grid.x; }

// A matrix whose last row holds its last three values, at offsets past 2^31.
struct far_matrix {
  vast<int64_t> row_start{kRows + 1}, escape_start{kRows + 1};
  vast<uint16_t> gene{kNonZeros};
  vast<uint8_t> count{kNonZeros};
  vast<float> scale{kRows};
  std::vector<int64_t> fields;
  far_matrix() {
    if (!row_start.data || !escape_start.data || !gene.data || !count.data || !scale.data) return;
    for (int64_t r = kRows - 1000; r < kRows; ++r) row_start[r] = kNonZeros - 3;  // the values before belong to no block that runs
    row_start[kRows] = kNonZeros;
    const int at[3] = {3, 17, 39}, n[3] = {1, 20, 254};
    for (int i = 0; i < 3; ++i) {
      gene[kNonZeros - 3 + i] = uint16_t(at[i]);
      count[kNonZeros - 3 + i] = uint8_t(n[i]);
    }
    scale[kRows - 1] = 0.5f;
    fields = {VC_COMPACT, kRows, kGenes, kNonZeros, row_start.address(), gene.address(), count.address(), 0,
              escape_start.address(), 0, 0};
  }
};

void far_products(const far_matrix& x) {
  std::vector<float> weights(size_t(kGenes * kColumns));
  for (size_t i = 0; i < weights.size(); ++i) weights[i] = float(int(i % 13) - 6) / 8;
  const vast<float> out(kRows * kColumns);
  if (!out.data) return expect(false, "no address space for the test");
  const int at[3] = {3, 17, 39}, n[3] = {1, 20, 254};
  for (const bool fast : {false, true}) {
    must(vc_cuda_csr_dense(queue, x.fields.data(), x.scale.address(), kColumns, reinterpret_cast<int64_t>(weights.data()), VC_F32, 0,
                           VC_ACTIVATION_NONE, fast ? VC_FAST : VC_EXACT, out.address()), "far csr_dense");
    must(vc_cuda_synchronize(queue), "far csr_dense");
    std::vector<double> wanted, scale;
    std::vector<float> got;
    for (int64_t j = 128; j < kColumns; ++j) {  // the last tile of columns
      double sum = 0, size = 0;
      for (int i = 0; i < 3; ++i) {
        const double term = std::log1p(n[i] * 0.5) * weights[size_t(at[i] * kColumns + j)];
        sum += term;
        size += std::fabs(term);
      }
      wanted.push_back(sum);
      scale.push_back(size);
      got.push_back(out[(kRows - 1) * kColumns + j]);
    }
    near(got, wanted, scale, fast ? 8e-3 : 2e-6, fast ? "far csr_dense, fast" : "far csr_dense");
  }
}

void far_logarithms(const far_matrix& x) {
  const vast<float> out(kNonZeros), factors(kRows);
  if (!out.data || !factors.data) return expect(false, "no address space for the test");
  must(vc_cuda_log_normalize(queue, x.fields.data(), x.scale.address(), out.address()), "far log_normalize");
  must(vc_cuda_row_scale(queue, x.fields.data(), 550, factors.address()), "far row_scale");
  must(vc_cuda_synchronize(queue), "far rows");
  near(std::vector<float>{out[kNonZeros - 3], out[kNonZeros - 2], out[kNonZeros - 1]},
       {std::log1p(0.5), std::log1p(10.0), std::log1p(127.0)}, {1, 3, 5}, 4e-7, "far log_normalize");
  near(std::vector<float>{factors[kRows - 1]}, {2.0}, {2.0}, 1e-6, "far row_scale");
}

// 70 cells x 8 million genes x 300 columns: 2.4e9 outputs. Only the last tile of genes and of columns is computed.
void far_gradient() {
  constexpr int64_t rows = 70, genes = 8000000, columns = 300;
  std::vector<int64_t> row_start{0};
  std::vector<int32_t> gene;
  std::vector<float> value, dense;
  for (int64_t r = 0; r < rows; ++r) {
    gene.push_back(int32_t(r));
    gene.push_back(int32_t(genes - 2));
    value.push_back(3);
    value.push_back(float(r % 5 + 1));
    row_start.push_back(int64_t(gene.size()));
    for (int64_t j = 0; j < columns; ++j) dense.push_back(float((r + j) % 7) - 3);
  }
  const std::vector<int64_t> x{VC_PLAIN, rows, genes, int64_t(gene.size()), reinterpret_cast<int64_t>(row_start.data()),
                               reinterpret_cast<int64_t>(gene.data()), reinterpret_cast<int64_t>(value.data()), 0, 0, 0, 0};
  const vast<float> out(genes * columns);
  const vast<char> scratch(vc_cuda_csr_transposed_scratch(rows, genes, columns));
  if (!out.data || !scratch.data) return expect(false, "no address space for the test");
  // where the last tile's entries begin is written by blocks that do not run
  auto* starts = reinterpret_cast<uint32_t*>(scratch.data);
  const int64_t tiles = (genes + 127) / 128;
  for (int64_t r = 0; r < rows; ++r) starts[(tiles - 1) * rows + r] = 1;
  must(vc_cuda_csr_transposed(queue, x.data(), 0, columns, reinterpret_cast<int64_t>(dense.data()), VC_EXACT, scratch.address(),
                              out.address()), "far csr_transposed");
  must(vc_cuda_synchronize(queue), "far csr_transposed");
  std::vector<double> wanted, scale;
  std::vector<float> got;
  for (int64_t j = 256; j < columns; ++j) {
    double sum = 0, size = 0;
    for (int64_t r = 0; r < rows; ++r) {
      sum += value[size_t(2 * r + 1)] * dense[size_t(r * columns + j)];
      size += std::fabs(value[size_t(2 * r + 1)] * dense[size_t(r * columns + j)]);
    }
    wanted.push_back(sum);
    scale.push_back(size);
    got.push_back(out[(genes - 2) * columns + j]);
  }
  near(got, wanted, scale, 2e-6, "far csr_transposed");
}

// 300 cells in 100,000 groups x 30,000 genes: 3e9 outputs of each kind. Only the last group's block runs.
void far_groups() {
  constexpr int64_t rows = 300, groups = 100000, genes = 30000;
  std::vector<int64_t> row_start{0};
  std::vector<int32_t> gene, group;
  std::vector<float> value;
  for (int64_t r = 0; r < rows; ++r) {
    gene.push_back(int32_t(genes - 1));
    value.push_back(2);
    row_start.push_back(int64_t(gene.size()));
    group.push_back(int32_t(groups - 1));
  }
  const std::vector<int64_t> x{VC_PLAIN, rows, genes, rows, reinterpret_cast<int64_t>(row_start.data()),
                               reinterpret_cast<int64_t>(gene.data()), reinterpret_cast<int64_t>(value.data()), 0, 0, 0, 0};
  const vast<float> sums(groups * genes), squares(groups * genes);
  const vast<int32_t> seen(groups * genes);
  std::vector<char> scratch(size_t(vc_cuda_group_sums_scratch(rows, groups)));
  if (!sums.data || !squares.data || !seen.data) return expect(false, "no address space for the test");
  // the last group is the second that block 34464 of 65535 takes
  vc_emulation::runs_block = [](uint3 block, dim3 grid) {
    return grid.y == 1 || (block.x + 1 == grid.x && block.y == (groups - 1) % grid.y);
  };
  must(vc_cuda_group_sums(queue, x.data(), 0, groups, reinterpret_cast<int64_t>(group.data()), 0,
                          reinterpret_cast<int64_t>(scratch.data()), sums.address(), squares.address(), seen.address()), "far group_sums");
  must(vc_cuda_synchronize(queue), "far group_sums");
  const int64_t last = groups * genes - 1;
  expect(sums[last] == 600 && squares[last] == 1200 && seen[last] == 300, "far group_sums");
}

void nothing_to_compare(memory_of_results&) {}

void far_ends() {
  const int64_t usual = queue;
  const int processors = vc_emulation::processors;
  vc_emulation::processors = 1 << 20;  // so that blocks do not take further rows in turn
  must(vc_cuda_queue_open(0, 0, &queue), "queue");
  {
    const far_matrix x;
    if (x.fields.empty()) {
      std::printf("large      skipped: no address space\n");
    } else {
      vc_emulation::runs_block = last_block;
      far_products(x);
      vc_emulation::runs_block = last_column_of_blocks;
      far_logarithms(x);
      vc_emulation::runs_block = last_block;
      far_gradient();
      far_groups();
    }
  }
  vc_emulation::runs_block = nullptr;
  must(vc_cuda_queue_close(queue), "close");
  vc_emulation::processors = processors;
  queue = usual;
}

const family large{"large", nothing_to_compare, far_ends};

}  // namespace
#endif
