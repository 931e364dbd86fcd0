// The weight gradient on tensor cores: a tile of counts is made dense in shared memory, cells x genes as it is stored, and
// read transposed as the left factor. sm_80 and newer.
//
// Steps      tile_starts: a thread for each cell and tile of 128 genes searches where the tile's entries begin in the row, so
//            that the product never searches. logarithms: log1p of the counts 0 to 15 of each cell. product. Then, where
//            there are several slices, their sum (csr_transposed.cu).
// Geometry   product: a block of 256 threads owns 128 genes x 128 columns of one slice of the cells and walks its cells in
//            tiles of 64 (in three parts 32), 4 or 8 threads a cell; 8 warps of 64 genes x 32 columns. Two stages where the
//            device's shared memory holds them, as in csr_dense_tensor.cu.
// Order      tensor_tile.h: per output by rising cell in steps of 16 within a slice, then the slices in order; the slices
//            follow from the shapes alone. No atomics: the same bytes at every run and on every device with tensor cores.
// Precision  as csr_dense_tensor.cu: EXACT within 2e-6 of the sum of magnitudes for a slice, FAST within 8e-3.
// Bytes      sparse matrix once per 128 columns, dense once per 128 genes; scratch 4 bytes for each cell and gene tile, 64 a
//            cell for the logarithms, 4 for each output and slice.
// SPDX-License-Identifier: Apache-2.0
#include "csr_transposed.h"
#include "tensor_tile.h"

namespace vc {
namespace {

constexpr int kColumns = 128, kRowThreads = 256;

// Grid (cells, tiles + 1). The first tile begins with the row and the last ends with it, so no entry is left out.
__global__ void __launch_bounds__(kRowThreads) tile_starts(csr_view x, int64_t tiles, uint32_t* __restrict__ start, int32_t* fault) {
  const int64_t row = int64_t(blockIdx.x) * kRowThreads + threadIdx.x, tile = blockIdx.y;
  if (row >= x.rows) return;
  int64_t begin, end;
  if (!row_range(x, row, begin, end)) report(fault, kCsrTransposed);
  const int64_t at = tile == 0 ? begin : tile == tiles ? end : find_gene(x, begin, end, tile * kGeneTile);
  start[tile * x.rows + row] = uint32_t(at - begin);
}

__global__ void __launch_bounds__(kRowThreads) logarithms(int64_t rows, const float* __restrict__ scale, float* __restrict__ to) {
  const int64_t threads = int64_t(gridDim.x) * kRowThreads;
  for (int64_t i = int64_t(blockIdx.x) * kRowThreads + threadIdx.x; i < rows * kCountsTabled; i += threads)
    to[i] = in_use(float(i % kCountsTabled), scale, i / kCountsTabled);
}

template <int kParts>
struct shape {
  static constexpr int kDepth = kParts == 1 ? 64 : 32;
  using stage = stage_shape<kDepth, kGeneTile, kDepth, kParts>;
};

// Grid (gene tiles, column tiles, slices), dynamic shared memory: the stages.
template <int kParts>
__global__ void __launch_bounds__(kTensorThreads, kParts == 1 ? 2 : 1)
    tensor_gradient(gradient y, int stages, bool aligned, int32_t* fault) {
  using stage = typename shape<kParts>::stage;
  using warps = warp_shape<kGeneTile>;
  constexpr int kDepth = shape<kParts>::kDepth, kReaders = kTensorThreads / kDepth;
  VC_SHARED_DYNAMIC(uint16_t, stages_at);
  const csr_view& x = y.x;
  const int thread = int(threadIdx.x), lane = thread & 31, warp = thread >> 5;
  const int64_t gene0 = int64_t(blockIdx.x) * kGeneTile, column0 = int64_t(blockIdx.y) * kColumns;
  const int64_t first_row = int64_t(blockIdx.z) * y.slice_rows;
  const int64_t end_row = first_row + y.slice_rows < x.rows ? first_row + y.slice_rows : x.rows;
  const int warp_gene = warp / warps::kColumnWarps * 64, warp_column = warp % warps::kColumnWarps * warps::kColumns;
  const bool works = gene0 + warp_gene < x.genes && column0 + warp_column < y.columns;
  const int my_cell = thread / kReaders, reader = thread % kReaders;
  const uint32_t* starts = y.tile_start + int64_t(blockIdx.x) * x.rows;
  bool sound = true;

  auto fill = [&](int64_t row0, uint16_t* left) {
    uint16_t* mine = left + my_cell * stage::kLeftStride;
    const int cleared = kGeneTile / kReaders;
    clear_numbers<kParts>(mine + reader * cleared, stage::kLeftPart, cleared);
    __syncwarp();  // the readers of a cell are lanes of one warp
    const int64_t row = row0 + my_cell;
    if (row < end_row) {
      int64_t begin, end;
      sound = row_range(x, row, begin, end) && sound;
      const int64_t first = starts[row], last = starts[x.rows + row];
      const int64_t stop = begin + last < end ? begin + last : end;
      const float* table = y.logarithm + row * kCountsTabled;
      for (int64_t k = begin + first + reader; k < stop; k += kReaders) {
        int64_t gene;
        float stored;
        const bool good = entry(x, row, k, gene, stored) && gene >= gene0 && gene < gene0 + kGeneTile;
        sound = sound && good;
        if (good) put_number<kParts>(mine + (gene - gene0), stage::kLeftPart, tabled(stored, y.scale, row, table));
      }
    }
    fill_right<kParts, kDepth, stage::kRightStride, stage::kRightPart>(left + kParts * stage::kLeftPart, y.dense, false, row0,
                                                                       end_row, column0, y.columns, aligned);
  };

  float sum[4][warps::kFragments][4] = {};
  fill(first_row, stages_at);
  __syncthreads();
  for (int64_t row0 = first_row, step = 0; row0 < end_row; row0 += kDepth, ++step) {
    const bool more = row0 + kDepth < end_row;
    const int64_t now = stages == 2 ? step & 1 : 0;
    if (more && stages == 2) fill(row0 + kDepth, stages_at + (1 - now) * stage::kNumbers);
    if (works) {
      const uint16_t* left = stages_at + now * stage::kNumbers;
      multiply_tile<kParts, kDepth, warps::kFragments, true, stage::kLeftStride, stage::kLeftPart, stage::kRightStride,
                    stage::kRightPart>(left + warp_gene, left + kParts * stage::kLeftPart + warp_column, sum);
    }
    __syncthreads();
    if (more && stages == 1) {
      fill(row0 + kDepth, stages_at);
      __syncthreads();
    }
  }
  if (!sound) report(fault, kCsrTransposed);
  if (!works) return;
  float* to = y.parts + int64_t(blockIdx.z) * x.genes * y.columns;
  VC_UNROLL for (int m = 0; m < 4; ++m)
    VC_UNROLL for (int n = 0; n < warps::kFragments; ++n)
      VC_UNROLL for (int i = 0; i < 4; ++i) {
        const int64_t g = gene0 + warp_gene + m * 16 + lane / 4 + i / 2 * 8;
        const int64_t c = column0 + warp_column + n * 8 + lane % 4 * 2 + i % 2;
        if (g < x.genes && c < y.columns) to[g * y.columns + c] = sum[m][n][i];
      }
}

int64_t lines(int64_t bytes) { return (bytes + 255) / 256 * 256; }

template <int kParts>
int32_t launch(queue& q, const gradient& y) {
  constexpr int kStage = shape<kParts>::stage::kBytes;
  const int stages = 2 * kStage <= q.shared_bytes ? 2 : 1;
  const bool aligned = y.columns % 8 == 0 && reinterpret_cast<uintptr_t>(y.dense) % 16 == 0;
  VC_CHECK(cudaFuncSetAttribute(tensor_gradient<kParts>, cudaFuncAttributeMaxDynamicSharedMemorySize, stages * kStage));
  const dim3 grid(unsigned(gene_tiles(y.x.genes)), unsigned((y.columns + kColumns - 1) / kColumns), unsigned(y.slices));
  VC_LAUNCH(tensor_gradient<kParts>, grid, kTensorThreads, size_t(stages * kStage), q.stream, y, stages, aligned, q.fault);
  VC_LAUNCHED(q, kCsrTransposed);
  return VC_OK;
}

}  // namespace

int64_t gradient_tables_bytes(int64_t rows, int64_t genes) {
  return lines((gene_tiles(genes) + 1) * rows * 4) + lines(rows * kCountsTabled * 4);
}

bool gradient_fits_tensor_cores(const queue& q) { return q.capability >= 80 && shape<3>::stage::kBytes <= q.shared_bytes; }

int32_t gradient_on_tensor_cores(queue& q, gradient y, int64_t tables, bool fast) {
  const int64_t tiles = gene_tiles(y.x.genes);
  y.tile_start = reinterpret_cast<uint32_t*>(tables);
  y.logarithm = reinterpret_cast<float*>(tables + lines((tiles + 1) * y.x.rows * 4));
  if (y.x.rows > 0) {
    const dim3 grid(unsigned((y.x.rows + kRowThreads - 1) / kRowThreads), unsigned(tiles + 1));
    VC_LAUNCH(tile_starts, grid, kRowThreads, 0, q.stream, y.x, tiles, y.tile_start, q.fault);
    VC_LAUNCHED(q, kCsrTransposed);
    if (y.scale) {
      VC_LAUNCH(logarithms, blocks_for(q, y.x.rows * kCountsTabled, kRowThreads), kRowThreads, 0, q.stream, y.x.rows, y.scale,
                y.logarithm);
      VC_LAUNCHED(q, kCsrTransposed);
    }
  }
  return fast ? launch<1>(q, y) : launch<3>(q, y);
}

}  // namespace vc
