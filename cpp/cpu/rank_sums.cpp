// Rank sums, second half: each gene's elements are sorted once and passed over once, for all groups together.
//
// Sort     by radix from the lowest digit, but only the upper two digits of the keys' range (of 6 to 11 bits, by the number
//          of elements); what these cannot tell apart is few, and a last pass puts it right by insertion. Where it is not
//          few, all digits follow. Counts differ in a few upper bits of their keys only: one digit is enough. It mostly is
//          where keys repeat often, too: distinct ones are few, and far apart.
// Pass     of the elements of one key the reference's come first. Each adds to its group 2 (reference below) + (reference
//          equal), and 3 s (s + 1) to the ties, s the reference's equal ones and its group's before it, which the group
//          remembers with the key: by so much (s + 1)^3 - (s + 1) exceeds s^3 - s. No branch depends on the data.
// Zeros    are not stored, or skipped: one tied block below the positive elements and above the negative ones, whose part
//          follows from the numbers of elements.
// Exact    all sums are whole numbers in 64 bits: n m <= 2^40 fits beside the number of elements (2^21) in one of them.
// SPDX-License-Identifier: Apache-2.0
#include "rank.h"
#include "simd.h"

namespace vc {
namespace VC_SET {
namespace {

constexpr int64_t kFew = 24;       // elements that are inserted
constexpr int kWideDigit = kRankDigit + 1;  // of the two tables together
constexpr int64_t kMany = 1024;    // elements whose counts by a wide digit pay
constexpr int64_t kSample = 64;
constexpr int kStoredShift = 42;   // above it, the number of a place's elements; below, what they add to 2 U
constexpr uint64_t kSumMask = (uint64_t(1) << kStoredShift) - 1;

inline int bits_of(uint64_t v) { return v ? 64 - __builtin_clzll(v) : 0; }

// Inserts until all keys rise, those of equal keys staying as they are; false after `patience` moves.
inline bool insert(uint64_t* a, int64_t n, int shift, int64_t patience) {
  const uint64_t place = (uint64_t(1) << shift) - 1;
  for (int64_t i = 1; i < n; ++i) {
    const uint64_t e = a[i];
    const uint64_t equal = e | place;
    if (equal >= a[i - 1]) continue;
    int64_t at = i;
    do {
      a[at] = a[at - 1];
      --at;
    } while (at > 0 && a[at - 1] > equal);
    a[at] = e;
    patience -= i - at;
    if (patience < 0) return false;
  }
  return true;
}

// Turns counts into first positions.
inline void first_positions(uint32_t* count, int64_t n) {
  uint32_t before = 0;
  for (int64_t d = 0; d < n; ++d) {
    const uint32_t c = count[d];
    count[d] = before;
    before += c;
  }
}

__attribute__((noinline)) void scatter(const uint64_t* from, uint64_t* to, int64_t n, uint64_t low, int by, uint64_t mask, uint32_t* position) {
  for (int64_t i = 0; i < n; ++i) {
    const uint64_t e = from[i];
    to[position[((e - low) >> by) & mask]++] = e;
  }
}

// Whether keys probably repeat often: of a sample, two do.
bool many_equal(const uint64_t* a, int64_t n, int shift) {
  uint64_t sample[kSample];
  int64_t equal = 0;
  for (int64_t i = 0; i < kSample; ++i) sample[i] = a[i * (n / kSample)] >> shift;
  for (int64_t i = 1; i < kSample; ++i)
    for (int64_t k = 0; k < i; ++k) equal += sample[i] == sample[k];
  return equal > 0;
}

enum class repeats { unknown, few, many };

// Sorts a by its upper bits; spare has as much room. Returns where the sorted elements stand. What was learnt of one gene's keys
// is taken for the next one's, too.
uint64_t* sort(uint64_t* a, uint64_t* spare, int64_t n, int shift, uint32_t* table, repeats& keys) {
  if (n <= kFew) {
    insert(a, n, shift, INT64_MAX);
    return a;
  }
  uint64_t low = a[0], high = a[0], differ = 0;
  for (int64_t i = 0; i < n; ++i) {
    low = a[i] < low ? a[i] : low;
    high = a[i] > high ? a[i] : high;
    differ |= a[i] ^ a[0];
  }
  low = low >> shift << shift;
  differ = differ >> shift << shift;
  if (!differ) return a;
  // keys are key0 + multiples of 2^zeros: `width` bits from `bottom` on tell them apart
  const int bottom = __builtin_ctzll(differ), top = bits_of(high - low), width = top - bottom;
  int digit = bits_of(uint64_t(n));
  digit = digit < 6 ? 6 : digit > kRankDigit ? kRankDigit : digit;
  if (width <= kRankDigit) {
    const uint64_t mask = (uint64_t(1) << width) - 1;
    for (uint64_t d = 0; d <= mask; ++d) table[d] = 0;
    for (int64_t i = 0; i < n; ++i) ++table[((a[i] - low) >> bottom) & mask];
    first_positions(table, int64_t(mask + 1));
    scatter(a, spare, n, low, bottom, mask, table);
    return spare;
  }
  if (n > kMany && keys == repeats::unknown) keys = many_equal(a, n, shift) ? repeats::many : repeats::few;
  if (n > kMany && keys == repeats::many) {
    const int by = top - kWideDigit < bottom ? bottom : top - kWideDigit;
    for (uint64_t d = 0; d < uint64_t(1) << kWideDigit; ++d) table[d] = 0;
    for (int64_t i = 0; i < n; ++i) ++table[(a[i] - low) >> by];
    first_positions(table, int64_t(1) << kWideDigit);
    scatter(a, spare, n, low, by, ~uint64_t(0), table);
    if (insert(spare, n, shift, n / 2)) return spare;
    keys = repeats::few;
  }
  if (width <= 2 * digit) digit = (width + 1) / 2;
  const int by = top - 2 * digit < bottom ? bottom : top - 2 * digit;
  const uint64_t mask = (uint64_t(1) << digit) - 1;
  uint32_t* upper = table + (int64_t(1) << kRankDigit);
  for (uint64_t d = 0; d <= mask; ++d) table[d] = upper[d] = 0;
  for (int64_t i = 0; i < n; ++i) {
    const uint64_t k = (a[i] - low) >> by;
    ++table[k & mask];
    ++upper[(k >> digit) & mask];
  }
  first_positions(table, int64_t(mask + 1));
  first_positions(upper, int64_t(mask + 1));
  scatter(a, spare, n, low, by, mask, table);
  scatter(spare, a, n, low, by + digit, mask, upper);
  if (by <= bottom || insert(a, n, shift, 4 * n)) return a;
  // equal keys still have the reference's first, so every digit in turn gives the order
  const uint64_t full = (uint64_t(1) << kRankDigit) - 1;
  for (int at = bottom; at < top; at += kRankDigit) {
    for (uint64_t d = 0; d <= full; ++d) table[d] = 0;
    for (int64_t i = 0; i < n; ++i) ++table[((a[i] - low) >> at) & full];
    first_positions(table, int64_t(full + 1));
    scatter(a, spare, n, low, at, full, table);
    uint64_t* swap = a;
    a = spare;
    spare = swap;
  }
  return a;
}

struct place_sums {
  uint64_t sum;  // stored << kStoredShift | what is added to 2 U, or to twice the rank sum
  int64_t ties;
  uint64_t key;  // of the latest element
  uint64_t same;  // the s of the next element of this key
};

// What a pass remembers between the negative and the positive elements; the key stands where elements have it.
struct pass {
  uint64_t key;
  int64_t below, equal, ties;
};

// All ones or none. A comparison would become a branch, which no processor foresees here.
inline uint64_t mask_if_equal(uint64_t a, uint64_t b) {
  const uint64_t differ = a ^ b;
  return ((differ | (0 - differ)) >> 63) - 1;
}

// Out of line: the loop needs every register.
__attribute__((noinline)) void against_reference(const uint64_t* a, const uint64_t* end, uint64_t place_mask, place_sums* sums,
                                                 pass& state) {
  uint64_t key = state.key, below2 = 2 * uint64_t(state.below), equal = uint64_t(state.equal);
  for (; a < end; ++a) {
    const uint64_t e = *a, place = e & place_mask, now = e - place;
    const uint64_t goes_on = mask_if_equal(now, key);
    below2 += 2 * equal & ~goes_on;
    equal &= goes_on;
    key = now;
    place_sums& own = sums[place];
    const uint64_t again = mask_if_equal(now, own.key), same = (own.same & again) | (equal & ~again);
    own.key = now;
    own.same = same + 1;
    own.sum += (uint64_t(1) << kStoredShift) + below2 + equal;
    own.ties += int64_t(3 * same * (same + 1));
    equal += place == 0;
  }
  state.key = key;
  state.below = int64_t(below2 / 2);
  state.equal = int64_t(equal);
}

inline int64_t cubic(int64_t t) { return t * t * t - t; }

// Twice the mean rank of a run of t elements above b others is 2 b + t + 1.
inline void against_rest(const uint64_t* a, const uint64_t* end, int shift, place_sums* sums, pass& state) {
  const uint64_t place_mask = (uint64_t(1) << shift) - 1;
  while (a < end) {
    const uint64_t key = *a >> shift;
    const uint64_t* last = a + 1;
    while (last < end && (*last >> shift) == key) ++last;
    const int64_t run = last - a;
    for (; a < last; ++a) sums[*a & place_mask].sum += (uint64_t(1) << kStoredShift) + uint64_t(2 * state.below + run + 1);
    state.ties += cubic(run);
    state.below += run;
  }
}

// The first element whose key is at least `key`.
inline int64_t first_at_least(const uint64_t* a, int64_t n, int shift, uint64_t key) {
  int64_t low = 0, high = n;
  while (low < high) {
    const int64_t middle = (low + high) >> 1;
    if ((a[middle] >> shift) < key) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

}  // namespace

int32_t rank_sums(const rank_job& job, int64_t first_gene, int64_t end_gene, int64_t worker, int64_t* u2, int64_t* ties) {
  char* room = job.workers + worker * job.worker_bytes;
  uint64_t* spare = reinterpret_cast<uint64_t*>(room);
  room += rank_lines(job.cells * 8);
  uint32_t* table = reinterpret_cast<uint32_t*>(room);
  room += 2 * 4 << kRankDigit;
  place_sums* sums = reinterpret_cast<place_sums*>(room);
  room += rank_lines(job.groups * int64_t(sizeof(place_sums)));
  int64_t* negative = reinterpret_cast<int64_t*>(room);
  const bool rest = job.reference == VC_RANK_REST;
  const int64_t groups = job.groups, genes = job.genes;
  const uint64_t place_mask = (uint64_t(1) << job.shift) - 1;
  repeats keys = repeats::unknown;
  for (int64_t g = first_gene; g < end_gene; ++g) {
    uint64_t* a = job.block + job.gene_start[g];
    int64_t n = job.gene_start[g + 1] - job.gene_start[g];
    a = sort(a, spare, n, job.shift, table, keys);
    const int64_t below_zero = first_at_least(a, n, job.shift, job.zero_key);
    int64_t above_zero = below_zero;
    while (above_zero < n && (a[above_zero] >> job.shift) == job.zero_key) ++above_zero;
    for (int64_t p = 0; p < groups; ++p) sums[p] = {0, 0, ~uint64_t(0), 0};
    pass state = {~uint64_t(0), 0, 0, 0};
    if (below_zero > 0) rest ? against_rest(a, a + below_zero, job.shift, sums, state)
                             : against_reference(a, a + below_zero, place_mask, sums, state);
    const bool any_negative = below_zero > 0;
    if (any_negative)
      for (int64_t p = 0; p < groups; ++p) negative[p] = int64_t(sums[p].sum >> kStoredShift);
    rest ? against_rest(a + above_zero, a + n, job.shift, sums, state)
         : against_reference(a + above_zero, a + n, place_mask, sums, state);
    n -= above_zero - below_zero;
    if (rest) {
      const int64_t all_zeros = job.cells - n;
      for (int64_t p = 0; p < groups; ++p) {
        const int64_t size = job.start[p + 1] - job.start[p], stored = int64_t(sums[p].sum >> kStoredShift);
        const int64_t positive = stored - (any_negative ? negative[p] : 0);
        u2[p * genes + g] = int64_t(sums[p].sum & kSumMask) + 2 * positive * all_zeros +
                            (size - stored) * (2 * below_zero + all_zeros + 1) - size * (size + 1);
        ties[p * genes + g] = state.ties + cubic(all_zeros);
      }
      continue;
    }
    const int64_t size0 = job.start[1], zeros0 = size0 - int64_t(sums[0].sum >> kStoredShift), ties0 = sums[0].ties;
    const int64_t negative0 = any_negative ? negative[0] : 0;
    u2[job.reference * genes + g] = size0 * size0;
    ties[job.reference * genes + g] = 8 * (ties0 + cubic(zeros0)) + 6 * size0;  // (2 t)^3 - 2 t of every run
    for (int64_t p = 1; p < groups; ++p) {
      const int64_t stored = int64_t(sums[p].sum >> kStoredShift), zeros = job.start[p + 1] - job.start[p] - stored;
      const int64_t positive = stored - (any_negative ? negative[p] : 0);
      const int64_t to = (p <= job.reference ? p - 1 : p) * genes + g;
      u2[to] = int64_t(sums[p].sum & kSumMask) + 2 * positive * zeros0 + zeros * (2 * negative0 + zeros0);
      ties[to] = sums[p].ties + ties0 + cubic(zeros0 + zeros);
    }
  }
  return VC_OK;
}

}  // namespace VC_SET
}  // namespace vc
