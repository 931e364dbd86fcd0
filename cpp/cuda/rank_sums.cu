// Rank sums of every group of cells against a reference, for all genes: twice U and the tie term, whole numbers.
//
// Steps      The cells of each group are listed (groups.h). Then, for a block of genes that fits the scratch:
//            gather: a warp a cell writes its keys to block[gene][position in the list], absent values being 0 beforehand:
//              from here on a group is a stretch of each gene's line. Keys are signed whole numbers that rise with the value.
//            sort: each stretch by itself. Up to kSmall non-zeros: a warp, in shared memory, zeros left out. Up to kTile: a
//              block, in the same way. Larger: a block, zeros among the others, tile by tile and through global memory where
//              partners are further apart than a tile.
//            reference_ties: a block a gene, the tie term of the reference alone.
//            compare: a warp a gene and group. The first of equal elements finds how many they are, and how many of the
//              reference are below and equal, by binary search; the tie term grows by (t + e)^3 - (t + e) - (e^3 - e).
//            Against the rest, the reference is a copy of all cells, sorted in the same way.
// Sort       the bitonic network whose comparisons all put the smaller key first, so that any length is sorted as if large
//            keys followed. Equal keys are the same number: their order does not show, nor that of the threads.
// Order      sums are whole numbers in 64 bits: exact in any order.
// Bytes      4 or 8 bytes a cell and gene written once, read and written by the sort, read by the searches (from cache).
// SPDX-License-Identifier: Apache-2.0
#include "groups.h"
#include "virtualcell_cuda_rank.h"

namespace vc {
namespace {

constexpr int kWarps = 4, kThreads = 32 * kWarps;    // of a block of gather, small sorts, compare
constexpr int kSmall = 256;                          // non-zeros a warp sorts
constexpr int kTile = 2048, kTileThreads = 256;      // elements a block sorts in shared memory
constexpr int64_t kBlockKeys = int64_t(1) << 25;     // of scratch
constexpr int64_t kMostCells = (1 << 21) - 1;        // of a group and its reference
constexpr int64_t kMostTotal = (1 << 24) - 1;
constexpr double kShareScale = 562949953421312.0;    // 2^49: shares of totals below 2^24 are further apart than 2^-48

// A stretch of a block of genes: [gene][place] begins at keys + gene * rows + start[place].
template <class Key>
struct lines {
  Key* keys;
  int32_t* stored;       // [gene][place] sorted keys that stand at the beginning of a stretch
  const int64_t* start;  // [places + 1]
  int64_t places, rows, genes, first_gene;
};

__device__ __forceinline__ int64_t cubic(int64_t t) { return t * t * t - t; }

__device__ __forceinline__ int64_t warp_sum(int64_t v) {
  for (int by = 16; by > 0; by >>= 1) v += __shfl_xor_sync(VC_FULL_WARP, v, by);
  return v;
}

// Whether sizes and totals are within the limits; grid-stride over cells, and over groups.
__global__ void __launch_bounds__(kThreads) check(int64_t rows, int64_t groups, int64_t reference,
                                                  const int64_t* __restrict__ start, const int32_t* __restrict__ group,
                                                  const int64_t* __restrict__ totals, int32_t* fault) {
  const int64_t threads = int64_t(gridDim.x) * kThreads, first = int64_t(blockIdx.x) * kThreads + threadIdx.x;
  bool good = true;
  if (reference < 0) good = start[groups] <= kMostCells;
  for (int64_t p = first; reference >= 0 && p < groups; p += threads)
    good = good && start[p + 1] - start[p] + start[reference + 1] - start[reference] <= kMostCells;
  for (int64_t r = first; totals && r < rows; r += threads)
    good = good && (group[r] < 0 || group[r] >= groups || (totals[r] >= 0 && totals[r] <= kMostTotal));
  if (!good) report(fault, kRankValues);
}

// Rises with the value; both zeros are 0.
__device__ __forceinline__ int32_t key_of(float value, int64_t, bool&, int32_t) {
  const int32_t raw = __float_as_int(value + 0.0f);
  return raw >= 0 ? raw : raw ^ 0x7fffffff;
}
__device__ __forceinline__ int64_t key_of(float count, int64_t total, bool& good, int64_t) {
  if (count <= 0) return 0;
  good = good && total <= kMostTotal && double(count) <= double(total);
  return good ? int64_t(double(count) / double(total) * kShareScale) : 0;
}

// A warp a cell, in the order of the list. `pool` is a second copy, or null.
template <class Key>
__global__ void __launch_bounds__(kThreads) gather(csr_view x, lines<Key> to, Key* pool, const int64_t* __restrict__ order,
                                                   const int64_t* __restrict__ totals, int32_t* fault) {
  const int lane = int(threadIdx.x & 31);
  const int64_t warps = int64_t(gridDim.x) * kWarps, cells = to.start[to.places], end_gene = to.first_gene + to.genes;
  bool sound = true, good = true;
  for (int64_t i = int64_t(blockIdx.x) * kWarps + (threadIdx.x >> 5); i < cells; i += warps) {
    const int64_t r = order[i];
    int64_t begin, end;
    sound = row_range(x, r, begin, end) && sound;
    begin = find_gene(x, begin, end, to.first_gene);
    const int64_t total = totals ? totals[r] : 0;
    for (int64_t k = begin + lane; k < end; k += 32) {
      int64_t gene = gene_at(x, k);
      if (gene >= end_gene) {
        sound = sound && gene < x.genes;
        break;
      }
      float stored;
      if (!entry(x, r, k, gene, stored) || gene < to.first_gene) {
        sound = false;
        continue;
      }
      const Key key = key_of(stored, total, good, Key());
      to.keys[(gene - to.first_gene) * to.rows + i] = key;
      if (pool) pool[(gene - to.first_gene) * to.rows + i] = key;
    }
  }
  if (!sound) report(fault, kRankSums);
  if (!good) report(fault, kRankValues);
}

// The partner of comparator c of a step, and where it stands: steps of a merge of 2 * half elements, first the mirrored one.
__device__ __forceinline__ int64_t lower_of(int64_t c, int64_t by) { return c / by * 2 * by + c % by; }

template <class Key>
__device__ __forceinline__ void order_pair(Key* a, int64_t low, int64_t high, int64_t n) {
  if (high >= n) return;
  const Key l = a[low], h = a[high];
  if (h < l) {
    a[low] = h;
    a[high] = l;
  }
}

// One step on a[0 .. n): distance `by`; mirrored: partners stand symmetric to the middle of 2 * by elements.
template <class Key>
__device__ __forceinline__ void step(Key* a, int64_t n, int64_t by, bool mirrored, int thread, int threads) {
  const int64_t comparators = (n + 2 * by - 1) / (2 * by) * by;
  for (int64_t c = thread; c < comparators; c += threads) {
    const int64_t low = lower_of(c, by), base = low - c % by;
    order_pair(a, low, mirrored ? base + 2 * by - 1 - c % by : low + by, n);
  }
}

// The non-zero keys of a stretch, moved to shared memory; how many, or -1 where there are more than `room`. All lanes of a warp.
template <class Key>
__device__ __forceinline__ int collect(const Key* __restrict__ from, int64_t n, Key* to, int room, int lane) {
  int count = 0;
  for (int64_t first = 0; first < n; first += 32) {
    const Key key = first + lane < n ? from[first + lane] : Key(0);
    const unsigned votes = __ballot_sync(VC_FULL_WARP, key != 0);
    const int at = count + __popc(votes & ((1u << lane) - 1));
    if (key != 0 && at < room) to[at] = key;
    count += __popc(votes);
    if (count > room) return -1;  // the same for all lanes
  }
  return count;
}

// A warp a stretch of at most kTile cells; those with more than kSmall non-zeros are marked -1 and left to the blocks.
template <class Key>
__global__ void __launch_bounds__(kThreads) sort_small(lines<Key> of) {
  VC_SHARED(Key, rooms, [kWarps][kSmall]);
  const int lane = int(threadIdx.x & 31), warp = int(threadIdx.x >> 5);
  Key* room = rooms[warp];
  const int64_t warps = int64_t(gridDim.x) * kWarps, stretches = of.genes * of.places;
  for (int64_t s = int64_t(blockIdx.x) * kWarps + warp; s < stretches; s += warps) {
    const int64_t gene = s % of.genes, place = s / of.genes, n = of.start[place + 1] - of.start[place];
    Key* keys = of.keys + gene * of.rows + of.start[place];
    const int count = n <= kTile ? collect(keys, n, room, kSmall, lane) : -1;
    __syncwarp();
    for (int half = 1; half < count; half <<= 1)
      for (int by = half; by > 0; by >>= 1) {
        step(room, count, by, by == half, lane, 32);
        __syncwarp();
      }
    for (int i = lane; i < count; i += 32) keys[i] = room[i];
    if (lane == 0) of.stored[gene * of.places + place] = count;
    __syncwarp();  // before the next stretch overwrites the room
  }
}

// A block a stretch that was left over.
template <class Key>
__global__ void __launch_bounds__(kTileThreads) sort_large(lines<Key> of) {
  VC_SHARED(Key, tile, [kTile]);
  VC_SHARED(int, collected, [1]);
  const int thread = int(threadIdx.x);
  const int64_t stretches = of.genes * of.places;
  for (int64_t s = blockIdx.x; s < stretches; s += gridDim.x) {
    const int64_t gene = s % of.genes, place = s / of.genes;
    int64_t n = of.start[place + 1] - of.start[place];
    if (of.stored[gene * of.places + place] >= 0) continue;  // the same for all threads of the block
    Key* keys = of.keys + gene * of.rows + of.start[place];
    if (n <= kTile) {  // zeros are left out: one warp collects the others
      if (thread < 32) {
        const int count = collect(keys, n, tile, kTile, thread);
        if (thread == 0) collected[0] = count;
      }
      __syncthreads();
      n = collected[0];
      for (int64_t i = thread; i < n; i += kTileThreads) keys[i] = tile[i];
      __syncthreads();
    }
    for (int64_t half = 1; half < n; half <<= 1) {
      int64_t by = half;
      for (; by >= kTile; by >>= 1) {
        step(keys, n, by, by == half, thread, kTileThreads);
        __syncthreads();
      }
      // what remains of this merge, and at first all merges within a tile, tile by tile in shared memory
      const int64_t last = half < kTile ? kTile / 2 : half;
      for (int64_t at = 0; at < n; at += kTile) {
        const int64_t here = n - at < kTile ? n - at : kTile;
        for (int64_t i = thread; i < here; i += kTileThreads) tile[i] = keys[at + i];
        __syncthreads();
        for (int64_t merge = half; merge <= last; merge <<= 1)
          for (int64_t d = half < kTile ? merge : by; d > 0; d >>= 1) {
            step(tile, here, d, half < kTile && d == merge, thread, kTileThreads);
            __syncthreads();
          }
        for (int64_t i = thread; i < here; i += kTileThreads) keys[at + i] = tile[i];
        __syncthreads();
      }
      if (half < kTile) half = kTile / 2;  // the loop doubles it
    }
    if (thread == 0) of.stored[gene * of.places + place] = int32_t(n);
    __syncthreads();  // before the next stretch's look at `stored` and `collected`
  }
}

// The first of a[0 .. n) that is at least, or above, a key.
template <bool above, class Key>
__device__ __forceinline__ int64_t bound(const Key* __restrict__ a, int64_t n, Key key) {
  int64_t low = 0, high = n;
  while (low < high) {
    const int64_t middle = (low + high) / 2;
    if (above ? a[middle] <= key : a[middle] < key) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

// A block a gene: base[gene] = ties of the reference alone.
template <class Key>
__global__ void __launch_bounds__(kThreads) reference_ties(lines<Key> of, int64_t place, int64_t* __restrict__ base) {
  VC_SHARED(int64_t, sums, [kWarps]);
  for (int64_t gene = blockIdx.x; gene < of.genes; gene += gridDim.x) {
    const Key* keys = of.keys + gene * of.rows + of.start[place];
    const int64_t n = of.stored[gene * of.places + place], size = of.start[place + 1] - of.start[place];
    int64_t sum = 0;
    for (int64_t i = threadIdx.x; i < n; i += kThreads)
      if (i == 0 || keys[i - 1] != keys[i]) sum += cubic(bound<true>(keys + i, n - i, keys[i]));
    sum = warp_sum(sum);
    if ((threadIdx.x & 31) == 0) sums[threadIdx.x >> 5] = sum;
    __syncthreads();
    if (threadIdx.x == 0) {
      sum = cubic(size - n);
      for (int w = 0; w < kWarps; ++w) sum += sums[w];
      base[gene] = sum;
    }
    __syncthreads();
  }
}

// A warp a gene and group. `other` holds the reference at place `at`; rest: it holds all cells.
template <class Key>
__global__ void __launch_bounds__(kThreads) compare(lines<Key> of, lines<Key> other, int64_t at, bool rest,
                                                    const int64_t* __restrict__ base, int64_t all_genes,
                                                    int64_t* __restrict__ u2, int64_t* __restrict__ ties) {
  const int lane = int(threadIdx.x & 31);
  const int64_t warps = int64_t(gridDim.x) * kWarps, stretches = of.genes * of.places;
  for (int64_t s = int64_t(blockIdx.x) * kWarps + (threadIdx.x >> 5); s < stretches; s += warps) {
    const int64_t gene = s % of.genes, place = s / of.genes, size = of.start[place + 1] - of.start[place];
    const Key* keys = of.keys + gene * of.rows + of.start[place];
    const int64_t n = of.stored[gene * of.places + place];
    const Key* reference = other.keys + gene * other.rows + other.start[at];
    const int64_t m = other.stored[gene * other.places + at], zeros = other.start[at + 1] - other.start[at] - m;
    int64_t sum = 0, tied = 0;
    for (int64_t i = lane; i <= n; i += 32) {  // the n-th stands for the zeros that are not stored
      if (i < n ? i > 0 && keys[i - 1] == keys[i] : size == n) continue;
      const Key key = i < n ? keys[i] : Key(0);
      const int64_t t = i < n ? bound<true>(keys + i, n - i, key) : size - n;
      const int64_t low = bound<false>(reference, m, key), same = bound<true>(reference + low, m - low, key);
      const int64_t below = low + (key > 0 ? zeros : 0), equal = same + (key == 0 ? zeros : 0);
      sum += t * (2 * below + equal);
      tied += cubic(t + equal) - cubic(equal);
    }
    sum = warp_sum(sum);
    tied = warp_sum(tied);
    if (lane == 0) {
      const int64_t to = place * all_genes + of.first_gene + gene, alone = base[gene];
      if (rest) {  // twice the rank sum is what was summed and 1 a cell; then n (n + 1) goes
        u2[to] = sum - size * size;
        ties[to] = alone;
      } else if (place == at) {
        u2[to] = size * size;
        ties[to] = 8 * alone + 6 * size;  // (2 t)^3 - 2 t of every run
      } else {
        u2[to] = sum;
        ties[to] = alone + tied;
      }
    }
  }
}

int64_t aligned(int64_t bytes) { return (bytes + 63) / 64 * 64; }

int64_t block_genes(int64_t rows, int64_t genes) {
  const int64_t fitting = kBlockKeys / (rows > 0 ? rows : 1);
  return fitting < 1 ? 1 : fitting < genes ? fitting : genes;
}

// Where things stand in the scratch.
struct layout {
  int64_t start, order, all, base, stored, pool_stored, block, pool, bytes;
  layout(int64_t rows, int64_t genes, int64_t groups, int64_t key, bool rest) {
    const int64_t chunk = block_genes(rows, genes);
    int64_t at = 0;
    const auto take = [&at](int64_t length) {
      const int64_t here = at;
      at += aligned(length);
      return here;
    };
    start = take((groups + 1) * 8);
    order = take(rows * 8);
    all = take(2 * 8);
    base = take(chunk * 8);
    stored = take(chunk * groups * 4);
    pool_stored = take(chunk * 4);
    block = take(chunk * rows * key);
    pool = take(rest ? chunk * rows * key : 0);
    bytes = at;
  }
};

// The bounds of the one stretch that holds all cells.
__global__ void __launch_bounds__(32) bounds_of_all(const int64_t* __restrict__ start, int64_t groups, int64_t* all) {
  if (threadIdx.x == 0) {
    all[0] = 0;
    all[1] = start[groups];
  }
}

template <class Key>
int32_t sort(const queue& q, const lines<Key>& of) {
  VC_LAUNCH((sort_small<Key>), blocks_for(q, of.genes * of.places, kWarps), kThreads, 0, q.stream, of);
  VC_LAUNCH((sort_large<Key>), blocks_for(q, of.genes * of.places, 1), kTileThreads, 0, q.stream, of);
  return VC_OK;
}

template <class Key>
int32_t rank(queue& q, const csr_view& x, const int64_t* totals, const int32_t* group, int64_t groups, int64_t reference,
             int64_t scratch, int64_t* u2, int64_t* ties) {
  const bool rest = reference < 0;
  const layout at(x.rows, x.genes, groups, int64_t(sizeof(Key)), rest);
  auto* start = reinterpret_cast<int64_t*>(scratch + at.start);
  auto* counts = reinterpret_cast<unsigned long long*>(start);
  auto* order = reinterpret_cast<int64_t*>(scratch + at.order);
  auto* all = reinterpret_cast<int64_t*>(scratch + at.all);
  auto* base = reinterpret_cast<int64_t*>(scratch + at.base);
  auto* pool = rest ? reinterpret_cast<Key*>(scratch + at.pool) : nullptr;
  VC_CHECK(cudaMemsetAsync(counts, 0, size_t(groups + 1) * 8, q.stream));
  VC_LAUNCH(count_groups, blocks_for(q, x.rows, kGroupThreads), kGroupThreads, 0, q.stream, x.rows, groups, group, counts);
  VC_LAUNCHED(q, kRankSums);
  VC_LAUNCH(group_starts, 1, 32, 0, q.stream, groups, counts);
  VC_LAUNCHED(q, kRankSums);
  VC_LAUNCH(list_groups, blocks_for(q, groups, 1), kGroupThreads, 0, q.stream, x.rows, groups, group, start, order);
  VC_LAUNCHED(q, kRankSums);
  VC_LAUNCH(bounds_of_all, 1, 32, 0, q.stream, start, groups, all);
  VC_LAUNCHED(q, kRankSums);
  VC_LAUNCH(check, blocks_for(q, x.rows, kThreads), kThreads, 0, q.stream, x.rows, groups, reference, start, group, totals,
            q.fault);
  VC_LAUNCHED(q, kRankSums);
  const int64_t chunk = block_genes(x.rows, x.genes);
  for (int64_t first = 0; first < x.genes; first += chunk) {
    const int64_t genes = x.genes - first < chunk ? x.genes - first : chunk;
    const lines<Key> of = {reinterpret_cast<Key*>(scratch + at.block), reinterpret_cast<int32_t*>(scratch + at.stored), start,
                           groups, x.rows, genes, first};
    const lines<Key> everyone = {pool, reinterpret_cast<int32_t*>(scratch + at.pool_stored), all, 1, x.rows, genes, first};
    if (x.rows > 0) {
      VC_CHECK(cudaMemsetAsync(of.keys, 0, size_t(genes * x.rows) * sizeof(Key), q.stream));
      if (rest) VC_CHECK(cudaMemsetAsync(pool, 0, size_t(genes * x.rows) * sizeof(Key), q.stream));
    }
    VC_LAUNCH((gather<Key>), blocks_for(q, x.rows, kWarps), kThreads, 0, q.stream, x, of, pool, order, totals, q.fault);
    VC_LAUNCHED(q, kRankSums);
    if (int32_t bad = sort(q, of)) return bad;
    VC_LAUNCHED(q, kRankSums);
    if (rest) {
      if (int32_t bad = sort(q, everyone)) return bad;
      VC_LAUNCHED(q, kRankSums);
    }
    const lines<Key>& other = rest ? everyone : of;
    const int64_t place = rest ? 0 : reference;
    VC_LAUNCH((reference_ties<Key>), blocks_for(q, genes, 1), kThreads, 0, q.stream, other, place, base);
    VC_LAUNCHED(q, kRankSums);
    VC_LAUNCH((compare<Key>), blocks_for(q, genes * groups, kWarps), kThreads, 0, q.stream, of, other, place, rest, base,
              x.genes, u2, ties);
    VC_LAUNCHED(q, kRankSums);
  }
  return VC_OK;
}

}  // namespace
}  // namespace vc

extern "C" int64_t vc_cuda_rank_scratch(int64_t rows, int64_t genes, int64_t groups, int32_t shares, int32_t rest) {
  return vc::layout(rows, genes, groups, shares ? 8 : 4, rest != 0).bytes;
}

extern "C" int32_t vc_cuda_rank_sums(int64_t queue, const int64_t* fields, int64_t totals, int64_t group, int64_t groups,
                                     int64_t reference, int64_t scratch, int64_t u2, int64_t ties) {
  VC_ENTER(q, queue);
  if (int32_t bad = vc::check_csr("rank_sums", fields)) return bad;
  const vc::csr_view x = vc::view(fields);
  if (x.genes == 0 || groups == 0) return VC_OK;
  if (groups < 0 || reference < -1 || reference >= groups || !scratch || !u2 || !ties || (x.rows && !group))
    return vc::cuda_fail(VC_INVALID, "rank_sums: no operand or reference");
  const auto* of = reinterpret_cast<const int32_t*>(group);
  const auto* t = reinterpret_cast<const int64_t*>(totals);
  auto* u = reinterpret_cast<int64_t*>(u2);
  auto* tie = reinterpret_cast<int64_t*>(ties);
  return totals ? vc::rank<int64_t>(q, x, t, of, groups, reference, scratch, u, tie)
                : vc::rank<int32_t>(q, x, t, of, groups, reference, scratch, u, tie);
}
