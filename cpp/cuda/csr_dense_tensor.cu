// CSR x dense on tensor cores, fused: counts -> scale -> log1p -> bf16 in shared memory -> mma -> bias -> activation -> out.
// Nothing dense but the output is ever in device memory. From 4 % density on, sm_80 and newer.
//
// Geometry   a block of 256 threads owns kCells (128 or 256) cells x 128 columns and walks the genes in tiles of kDepth (64, in
//            three parts 32); 8 warps of 64 cells x 32 or 64 columns each. Rows of the sparse matrix have their genes sorted,
//            so each row is read once from front to back by 256 / kCells threads that keep their place in a register and take
//            every (256 / kCells)-th entry. Logarithms of the counts 0 to 15 come from a table a row, made when the block
//            begins. Two stages where the device's shared memory holds them: the next tile is filled while this one is
//            multiplied, with one barrier a tile.
// Order      tensor_tile.h: per output by rising gene in steps of 16, whatever kCells and the number of stages.
// Precision  tensor_tile.h: EXACT in three parts, within 2e-6 of the sum of magnitudes; FAST in one, within 8e-3 (2^-8 for
//            each factor), 4e-3 with bf16 weights.
// Bytes      sparse matrix once per 128 columns; dense once per kCells cells, from the second-level cache; out once.
// SPDX-License-Identifier: Apache-2.0
#include "activation.h"
#include "csr_dense.h"
#include "tensor_tile.h"

namespace vc {
namespace {

constexpr int kColumns = 128;

template <int kCells, int kParts>
struct shape {
  static constexpr int kDepth = kParts == 1 ? 64 : 32;
  using stage = stage_shape<kCells, kDepth, kDepth, kParts>;
  static constexpr int kTableBytes = kCells * kTableStride * 4;
  static constexpr int bytes(int stages) { return kTableBytes + stages * stage::kBytes; }
};

// Grid (cells, columns), dynamic shared memory: the table, then the stages.
template <int kCells, int kParts>
__global__ void __launch_bounds__(kTensorThreads, kCells == 128 && kParts == 1 ? 2 : 1)
    tensor_product(layer y, int stages, bool aligned, int32_t* fault) {
  using tile = shape<kCells, kParts>;
  using stage = typename tile::stage;
  using warps = warp_shape<kCells>;
  constexpr int kDepth = tile::kDepth, kReaders = kTensorThreads / kCells;
  VC_SHARED_DYNAMIC(float, table);
  auto* stages_at = reinterpret_cast<uint16_t*>(table + kCells * kTableStride);
  const csr_view& x = y.x;
  const int thread = int(threadIdx.x), lane = thread & 31, warp = thread >> 5;
  const int64_t row0 = int64_t(blockIdx.x) * kCells, column0 = int64_t(blockIdx.y) * kColumns;
  const int warp_row = warp / warps::kColumnWarps * 64, warp_column = warp % warps::kColumnWarps * warps::kColumns;
  const bool works = row0 + warp_row < x.rows && column0 + warp_column < y.columns;

  // this thread's part of its row
  const int my_row = thread / kReaders, reader = thread % kReaders;
  const int64_t row = row0 + my_row;
  int64_t next = 0, end = 0;
  bool sound = row >= x.rows || row_range(x, row, next, end);
  next += reader;
  const float* my_table = table + my_row * kTableStride;
  if (y.scale && row < x.rows)
    for (int c = reader; c < kTableCounts; c += kReaders) table[my_row * kTableStride + c] = in_use(float(c), y.scale, row);

  auto fill = [&](int64_t gene0, uint16_t* left) {
    uint16_t* mine = left + my_row * stage::kLeftStride;
    const int cleared = kDepth / kReaders;
    clear_numbers<kParts>(mine + reader * cleared, stage::kLeftPart, cleared);
    __syncwarp();  // the readers of a row are lanes of one warp; at the first tile its table is complete, too
    for (; next < end && gene_at(x, next) < gene0 + kDepth; next += kReaders) {
      int64_t gene;
      float stored;
      const bool good = entry(x, row, next, gene, stored) && gene >= gene0;
      sound = sound && good;
      if (good) put_number<kParts>(mine + (gene - gene0), stage::kLeftPart, tabled(stored, y.scale, row, my_table));
    }
    fill_right<kParts, kDepth, stage::kRightStride, stage::kRightPart>(left + kParts * stage::kLeftPart, y.dense, y.half, gene0,
                                                                       x.genes, column0, y.columns, aligned);
  };

  float sum[4][warps::kFragments][4] = {};
  fill(0, stages_at);
  __syncthreads();
  for (int64_t gene0 = 0, step = 0; gene0 < x.genes; gene0 += kDepth, ++step) {
    const bool more = gene0 + kDepth < x.genes;
    const int64_t now = stages == 2 ? step & 1 : 0;
    if (more && stages == 2) fill(gene0 + kDepth, stages_at + (1 - now) * stage::kNumbers);
    if (works) {
      const uint16_t* left = stages_at + now * stage::kNumbers;
      multiply_tile<kParts, kDepth, warps::kFragments, false, stage::kLeftStride, stage::kLeftPart, stage::kRightStride,
                    stage::kRightPart>(left + warp_row * stage::kLeftStride, left + kParts * stage::kLeftPart + warp_column, sum);
    }
    __syncthreads();
    if (more && stages == 1) {
      fill(gene0 + kDepth, stages_at);
      __syncthreads();
    }
  }
  if (next < end || !sound) report(fault, kCsrDense);  // entries left: genes out of order or out of range
  if (!works) return;
  VC_UNROLL for (int m = 0; m < 4; ++m)
    VC_UNROLL for (int n = 0; n < warps::kFragments; ++n)
      VC_UNROLL for (int i = 0; i < 4; ++i) {
        const int64_t r = row0 + warp_row + m * 16 + lane / 4 + i / 2 * 8;
        const int64_t c = column0 + warp_column + n * 8 + lane % 4 * 2 + i % 2;
        if (r < x.rows && c < y.columns) y.out[r * y.columns + c] = finished(y, c, sum[m][n][i]);
      }
}

template <int kCells, int kParts>
int32_t launch(queue& q, const layer& y, bool aligned) {
  using tile = shape<kCells, kParts>;
  const int stages = tile::bytes(2) <= q.shared_bytes ? 2 : 1;
  VC_CHECK(cudaFuncSetAttribute(tensor_product<kCells, kParts>, cudaFuncAttributeMaxDynamicSharedMemorySize, tile::bytes(stages)));
  const dim3 grid(unsigned((y.x.rows + kCells - 1) / kCells), unsigned((y.columns + kColumns - 1) / kColumns));
  VC_LAUNCH((tensor_product<kCells, kParts>), grid, kTensorThreads, size_t(tile::bytes(stages)), q.stream, y, stages, aligned, q.fault);
  VC_LAUNCHED(q, kCsrDense);
  return VC_OK;
}

}  // namespace

bool tensor_product_fits(const queue& q, const layer& y) {
  return q.capability >= 80 && shape<128, 3>::bytes(1) <= q.shared_bytes && y.columns <= 65535ll * kColumns;
}

int32_t multiply_on_tensor_cores(queue& q, const layer& y, bool fast) {
  const bool aligned = y.columns % 8 == 0 && reinterpret_cast<uintptr_t>(y.dense) % 16 == 0;
  if (!fast) return launch<128, 3>(q, y, aligned);
  // the larger tile reads the weights half as often, if enough of them fill the device
  const int64_t large = (y.x.rows + 255) / 256 * ((y.columns + kColumns - 1) / kColumns);
  if (large >= q.processors && shape<256, 1>::bytes(1) <= q.shared_bytes) return launch<256, 1>(q, y, aligned);
  return launch<128, 1>(q, y, aligned);
}

}  // namespace vc
