// Transposed CSR x dense, the weight gradient: out[g, c] = sum over the cells r of x[r, g] * dense[r, c]. On tensor cores
// from sm_80 on (csr_transposed_tensor.cu); here the kernel of older devices, the slices and their sum.
//
// Geometry   a block owns 64 genes x 64 columns of one slice of the cells and walks its cells in steps of 32; 256 threads with
//            4 x 4 outputs each. The step's values in the gene range are made dense in shared memory: one thread a cell finds
//            where the range begins, then a warp a cell scatters. Slices of cells fill the device when there are few tiles.
// Order      within a slice one fused multiply-add chain per output by rising cell; then the slices in order. The number of
//            slices depends on the shapes alone, there are no atomics: the same bytes at every run and on every GPU.
// Bytes      of this kernel: dense once per 64 genes, the packed matrix about once per 64 columns; slices x genes x columns x 8 in scratch.
// SPDX-License-Identifier: Apache-2.0
#include "csr_transposed.h"

namespace vc {
namespace {

constexpr int kTile = 64, kStep = 32, kThreads = 256;
constexpr int64_t kFill = 512;         // tiles of 128 x 128 that keep a large device busy
constexpr int64_t kLeastCells = 2048;  // of a slice
constexpr int64_t kMostSlices = 32;
constexpr int64_t kSliceUnit = 64;  // cells; the deepest step of a kernel

inline int64_t slices_of(int64_t rows, int64_t genes, int64_t columns) {
  const int64_t tiles = gene_tiles(genes) * ((columns + 127) / 128);
  const int64_t wanted = tiles == 0 ? 1 : (kFill + tiles - 1) / tiles, most = (rows + kLeastCells - 1) / kLeastCells;
  const int64_t slices = wanted < most ? wanted : most;
  return slices < 1 ? 1 : slices < kMostSlices ? slices : kMostSlices;
}

// Grid (gene tiles, column tiles, slices); slice s writes out + s * genes * columns.
__global__ void __launch_bounds__(kThreads) tile(gradient y, int32_t* fault) {
  VC_SHARED(float, values, [kStep][kTile + 1]);   // cells of the step x genes of the block, dense
  VC_SHARED(float, rows_of, [kStep][kTile]);      // cells of the step x columns of the block
  VC_SHARED(int64_t, begin_of, [kStep]);
  VC_SHARED(int64_t, end_of, [kStep]);
  const csr_view& x = y.x;
  const int thread = int(threadIdx.x), lane = thread & 31, warp = thread >> 5;
  const int64_t gene0 = int64_t(blockIdx.x) * kTile, column0 = int64_t(blockIdx.y) * kTile;
  const int64_t first_row = int64_t(blockIdx.z) * y.slice_rows;
  const int64_t end_row = first_row + y.slice_rows < x.rows ? first_row + y.slice_rows : x.rows;
  const int my_gene = thread / 16 * 4, my_column = thread % 16 * 4;
  bool sound = true;
  float sum[4][4] = {};
  for (int64_t row0 = first_row; row0 < end_row; row0 += kStep) {
    __syncthreads();  // the last step has been read
    if (thread < kStep) {
      int64_t begin = 0, end = 0;
      if (row0 + thread < end_row) {
        sound = row_range(x, row0 + thread, begin, end) && sound;
        begin = find_gene(x, begin, end, gene0);
      }
      begin_of[thread] = begin;
      end_of[thread] = end;
    }
    for (int i = thread; i < kStep * kTile; i += kThreads) {
      const int64_t row = row0 + i / kTile, column = column0 + i % kTile;
      values[i / kTile][i % kTile] = 0;
      rows_of[i / kTile][i % kTile] = row < end_row && column < y.columns ? y.dense[row * y.columns + column] : 0.0f;
    }
    __syncthreads();
    for (int cell = warp; cell < kStep; cell += kThreads / 32)
      for (int64_t k = begin_of[cell] + lane; k < end_of[cell] && k < begin_of[cell] + kTile; k += 32) {
        if (gene_at(x, k) >= gene0 + kTile) break;
        int64_t gene;
        float value;
        const bool good = entry(x, row0 + cell, k, gene, value) && gene >= gene0;
        if (good) values[cell][gene - gene0] = in_use(value, y.scale, row0 + cell);
        sound = sound && good;
      }
    __syncthreads();
    for (int k = 0; k < kStep; ++k)
      for (int i = 0; i < 4; ++i)
        for (int j = 0; j < 4; ++j) sum[i][j] = __fmaf_rn(values[k][my_gene + i], rows_of[k][my_column + j], sum[i][j]);
  }
  if (!sound) report(fault, kCsrTransposed);
  float* to = y.parts + int64_t(blockIdx.z) * x.genes * y.columns;
  for (int i = 0; i < 4; ++i)
    for (int j = 0; j < 4; ++j)
      if (gene0 + my_gene + i < x.genes && column0 + my_column + j < y.columns)
        to[(gene0 + my_gene + i) * y.columns + column0 + my_column + j] = sum[i][j];
}

// out[i] = part[0][i] + part[1][i] + ..., in order.
__global__ void __launch_bounds__(kThreads) add_slices(int64_t elements, int64_t slices, const float* __restrict__ part,
                                                       float* __restrict__ out) {
  const int64_t threads = int64_t(gridDim.x) * kThreads;
  for (int64_t i = int64_t(blockIdx.x) * kThreads + threadIdx.x; i < elements; i += threads) {
    float sum = part[i];
    for (int64_t s = 1; s < slices; ++s) sum += part[s * elements + i];
    out[i] = sum;
  }
}

int64_t lines(int64_t bytes) { return (bytes + 255) / 256 * 256; }

int64_t parts_bytes(int64_t slices, int64_t genes, int64_t columns) {
  return slices > 1 ? lines(slices * genes * columns * int64_t(sizeof(float))) : 0;
}

}  // namespace
}  // namespace vc

extern "C" int64_t vc_cuda_csr_transposed_scratch(int64_t rows, int64_t genes, int64_t columns) {
  return vc::parts_bytes(vc::slices_of(rows, genes, columns), genes, columns) + vc::gradient_tables_bytes(rows, genes);
}

extern "C" int32_t vc_cuda_csr_transposed(int64_t queue, const int64_t* fields, int64_t scale, int64_t columns, int64_t dense,
                                          int32_t precision, int64_t scratch, int64_t out) {
  VC_ENTER(q, queue);
  if (int32_t bad = vc::check_csr("csr_transposed", fields)) return bad;
  vc::gradient y{};
  y.x = vc::view(fields);
  if (y.x.genes == 0 || columns == 0) return VC_OK;
  if (columns < 0 || columns > 65535ll * vc::kTile || !out || (y.x.rows && (!dense || !scratch)))
    return vc::cuda_fail(VC_INVALID, "csr_transposed: %lld columns, or no operand", (long long)columns);
  if (y.x.genes > 65534ll * vc::kGeneTile)  // a dimension of the grid
    return vc::cuda_fail(VC_INVALID, "csr_transposed: %lld genes", (long long)y.x.genes);
  y.scale = reinterpret_cast<const float*>(scale);
  y.columns = columns;
  y.dense = reinterpret_cast<const float*>(dense);
  y.slices = vc::slices_of(y.x.rows, y.x.genes, columns);
  y.slice_rows = ((y.x.rows + y.slices - 1) / y.slices + vc::kSliceUnit - 1) / vc::kSliceUnit * vc::kSliceUnit;
  y.parts = reinterpret_cast<float*>(y.slices > 1 ? scratch : out);
  if (vc::gradient_fits_tensor_cores(q)) {
    const int64_t tables = scratch + vc::parts_bytes(y.slices, y.x.genes, columns);
    if (int32_t bad = vc::gradient_on_tensor_cores(q, y, tables, precision == VC_FAST)) return bad;
  } else {
    const dim3 grid(unsigned((y.x.genes + vc::kTile - 1) / vc::kTile), unsigned((columns + vc::kTile - 1) / vc::kTile),
                    unsigned(y.slices));
    VC_LAUNCH(vc::tile, grid, vc::kThreads, 0, q.stream, y, q.fault);
    VC_LAUNCHED(q, vc::kCsrTransposed);
  }
  if (y.slices > 1) {
    const int64_t elements = y.x.genes * columns;
    VC_LAUNCH(vc::add_slices, vc::blocks_for(q, elements, vc::kThreads), vc::kThreads, 0, q.stream, elements, y.slices, y.parts,
              reinterpret_cast<float*>(out));
    VC_LAUNCHED(q, vc::kCsrTransposed);
  }
  return VC_OK;
}
