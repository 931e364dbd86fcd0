// Every SIMD kernel, on every instruction set this processor has, against the oracle; cuts that must not change a byte;
// indices that must be caught; memory that must be counted. SPDX-License-Identifier: Apache-2.0
#include <sys/mman.h>

#include "cases.h"
#include "virtualcell_cpu.h"

namespace {

using namespace test;

template <class T>
int64_t at(const std::vector<T>& v) {
  return reinterpret_cast<int64_t>(v.data());
}

// Exactly sized copies on the heap, so that AddressSanitizer guards their ends.
struct operand {
  explicit operand(const sparse_case& c, bool compact)
      : f(fields(c, compact, at(c.row_start), compact ? at(c.gene16) : at(c.gene), compact ? at(c.count) : at(c.value),
                 compact ? at(c.escape_start) : 0, compact ? at(c.escape_gene) : 0, compact ? at(c.escape_value) : 0)) {}
  int64_t address() const { return at(f); }
  std::vector<int64_t> f;
};

struct results {
  std::vector<float> scale, logs, product, transposed, sums, squares;
  std::vector<int64_t> whole_sums, whole_squares;
  std::vector<int32_t> seen;
};

void must(int32_t status, const std::string& what) {
  expect(status == VC_OK, what + ": " + (status ? vc_cpu_error_text() : ""));
}

// The weight gradient, `cut` genes at a time; the first failure's status.
int32_t transpose(const sparse_case& c, int isa, const operand& x, int64_t scale, bool half, int64_t cut, std::vector<float>& out) {
  if (c.columns == 0) return VC_OK;
  std::vector<char> room(size_t(vc_cpu_transposed_scratch(c.rows, c.genes, int64_t(c.gene.size()), c.columns, half)) + 64);
  const int64_t scratch = (at(room) + 63) / 64 * 64;
  int64_t span[2] = {0, 0};
  for (int64_t r = 0; r == 0 || r < c.rows; r = span[1] ? span[1] : 1) {
    if (int32_t bad = vc_cpu_transposed_span(x.address(), r, c.columns, half, scratch, span)) return bad;
    for (int64_t b = 0; b < span[0]; ++b)
      if (int32_t bad = vc_cpu_transposed_block(isa, x.address(), scale, c.columns, at(c.gradient), half, scratch, b)) return bad;
    for (int64_t strip = 0; strip * vc_cpu_transposed_strip(isa) < c.columns; ++strip)
      for (int64_t g = 0; g < c.genes; g += cut)
        if (int32_t bad = vc_cpu_transposed_sum(isa, x.address(), g, std::min(c.genes, g + cut), strip, c.columns, half, scratch,
                                                span[0], at(out)))
          return bad;
  }
  return VC_OK;
}

// All kernels on one case; `cut` rows or genes at a time.
results run(const sparse_case& c, int isa, bool compact, bool logs, int64_t cut) {
  const operand x(c, compact);
  const int64_t scale = logs ? at(c.scale) : 0;
  const std::string what = c.name + (compact ? ", compact" : ", plain") + (logs ? ", logs" : "") + ", set " + std::to_string(isa);
  const float nan = std::nanf("");
  results out;
  out.scale.assign(size_t(c.rows), nan);
  out.logs.assign(c.gene.size(), nan);
  out.product.assign(size_t(c.rows * c.columns), nan);
  out.transposed.assign(size_t(c.genes * c.columns), nan);
  for (int64_t r = 0; r < c.rows; r += cut) {
    const int64_t end = std::min(c.rows, r + cut);
    must(vc_cpu_row_scale(isa, x.address(), r, end, 1e4f, at(out.scale)), what);
    must(vc_cpu_log_normalize(isa, x.address(), at(c.scale), r, end, at(out.logs)), what);
    must(vc_cpu_csr_dense(isa, x.address(), scale, r, end, c.columns, at(c.weights), VC_F32, 0, VC_ACTIVATION_NONE,
                          at(out.product)),
         what);
  }
  const size_t n = size_t(c.groups * c.genes);
  out.sums.assign(n, nan);
  out.squares.assign(n, nan);
  out.whole_sums.assign(n, -1);
  out.whole_squares.assign(n, -1);
  out.seen.assign(n, -1);
  std::vector<int64_t> start(size_t(c.groups) + 1), order(size_t(c.rows) + 1);
  must(vc_cpu_group_order(c.rows, c.groups, at(c.group), at(start), at(order)), what);
  std::vector<char> scratch(size_t(vc_cpu_group_sums_scratch(c.genes)));
  must(transpose(c, isa, x, scale, false, cut, out.transposed), what);
  for (int64_t g = 0; g < c.genes; g += cut) {
    const int64_t end = std::min(c.genes, g + cut);
    must(vc_cpu_group_sums(isa, x.address(), 0, at(start), at(order), 0, c.groups, g, end, 1, at(scratch), at(out.whole_sums),
                           at(out.whole_squares), at(out.seen)), what);
    must(vc_cpu_group_sums(isa, x.address(), scale, at(start), at(order), 0, c.groups, g, end, 0, at(scratch), at(out.sums),
                           at(out.squares), at(out.seen)), what);
  }
  return out;
}

void against_the_oracle(const sparse_case& c, const results& got, bool logs, const std::string& what) {
  std::vector<double> scales, values, ones;
  for (int64_t r = 0; r < c.rows; ++r) {
    double sum = 0;
    for (int64_t k = c.row_start[size_t(r)]; k < c.row_start[size_t(r) + 1]; ++k) {
      sum += c.value[size_t(k)];
      values.push_back(used(c, r, k, true));
    }
    scales.push_back(sum == 0 ? 0 : 1e4 / sum);
  }
  near(got.scale, scales, scales, 1e-6, what + " row_scale");
  near(got.logs, values, values, 4e-7, what + " log_normalize");
  const oracle p = product(c, logs), t = transposed(c, logs);
  near(got.product, p.value, p.magnitude, 1e-5, what + " csr_dense");
  near(got.transposed, t.value, t.magnitude, 1e-5, what + " csr_transposed");
  const group_oracle whole = group_sums(c, false), g = group_sums(c, logs);
  ones.assign(whole.sum.size(), 1);
  near(got.whole_sums, whole.sum, ones, 0, what + " whole sums");
  near(got.whole_squares, whole.square, ones, 0, what + " whole squares");
  near(got.sums, g.sum, g.sum, 1e-6, what + " sums");
  near(got.squares, g.square, g.square, 1e-6, what + " squares");
  expect(same_bytes(got.seen, g.seen), what + " detections");
}

bool same(const results& a, const results& b) {
  return same_bytes(a.scale, b.scale) && same_bytes(a.logs, b.logs) && same_bytes(a.product, b.product) &&
         same_bytes(a.transposed, b.transposed) && same_bytes(a.sums, b.sums) && same_bytes(a.squares, b.squares) &&
         same_bytes(a.whole_sums, b.whole_sums) && same_bytes(a.whole_squares, b.whole_squares);
}

void kernels() {
  for (const sparse_case& c : all_cases())
    for (const bool logs : {false, true}) {
      results avx2;
      for (int isa = VC_ISA_BASELINE; isa <= vc_cpu_best_isa(); ++isa) {
        const std::string what = c.name + (logs ? ", logs" : "") + ", set " + std::to_string(isa);
        const results got = run(c, isa, false, logs, 1 << 14);
        against_the_oracle(c, got, logs, what);
        expect(same(got, run(c, isa, true, logs, 1 << 14)), what + ": compact differs from plain");
        expect(same(got, run(c, isa, false, logs, 5)), what + ": another cut gives other bytes");
        if (isa == VC_ISA_AVX2) avx2 = got;
        if (isa > VC_ISA_AVX2)
          expect(same_bytes(got.product, avx2.product) && same_bytes(got.transposed, avx2.transposed), what + ": differs from AVX2");
      }
    }
}

void logarithms_of_hard_arguments() {
  // one row of values times a scale of one: tiny, around the ends of the reduction, huge, infinite
  const std::vector<float> hard{0.0f, 1e-38f, 1e-10f, 3e-8f, 6e-8f, 1e-4f, 0.1f, 0.41421354f, 0.41421358f, 0.5f, 0.9999999f,
                                1.0f, 1.0000001f, 1.8284271f, 2.0f, 3.0f, 7.0f, 1e4f, 16777215.0f, 16777216.0f, 1e20f, 3e38f};
  sparse_case c;
  c.rows = 1;
  c.genes = int64_t(hard.size());
  for (size_t i = 0; i < hard.size(); ++i) c.gene.push_back(int32_t(i));
  c.value = hard;
  c.row_start = {0, int64_t(hard.size())};
  c.scale = {1.0f};
  const operand x(c, false);
  for (int isa = VC_ISA_BASELINE; isa <= vc_cpu_best_isa(); ++isa) {
    std::vector<float> out(hard.size());
    must(vc_cpu_log_normalize(isa, x.address(), at(c.scale), 0, 1, at(out)), "hard arguments");
    std::vector<double> wanted;
    for (float v : hard) wanted.push_back(std::log1p(double(v)));
    near(out, wanted, wanted, 2.5e-7, "log1p, set " + std::to_string(isa));
    std::vector<float> infinite{INFINITY};
    must(vc_cpu_log_normalize(isa, x.address(), at(infinite), 0, 1, at(out)), "infinite scale");
    expect(std::isnan(out[0]) && std::isinf(out[1]), "log1p(infinity), set " + std::to_string(isa));
  }
}

// An output so large that it is written past the caches, in rows that begin anywhere within a line.
void large_logarithms() {
  constexpr int64_t rows = 2099, genes = 4001;
  std::vector<uint16_t> gene(size_t(rows * genes));
  std::vector<uint8_t> count(gene.size());
  std::vector<int64_t> start, escapes(size_t(rows) + 1, 0);
  for (size_t k = 0; k < gene.size(); ++k) {
    gene[k] = uint16_t(k % genes);
    count[k] = uint8_t(1 + k * k % 251);
  }
  for (int64_t r = 0; r <= rows; ++r) start.push_back(r * genes);
  const std::vector<float> scale(size_t(rows), 0.25f);
  const int64_t x[VC_CSR_FIELDS] = {VC_COMPACT, rows, genes, int64_t(gene.size()), at(start), at(gene), at(count), 0,
                                    at(escapes), 0, 0};
  std::vector<double> wanted(256);
  for (int n = 0; n < 256; ++n) wanted[size_t(n)] = std::log1p(0.25 * n);
  for (int isa = VC_ISA_BASELINE; isa <= vc_cpu_best_isa(); ++isa) {
    std::vector<float> out(gene.size() + 2, -1.0f);
    must(vc_cpu_log_normalize(isa, reinterpret_cast<int64_t>(x), at(scale), 0, rows, at(out) + 4), "large logarithms");
    double worst = 0;
    for (size_t k = 0; k < gene.size(); ++k) worst = std::fmax(worst, std::fabs(double(out[k + 1]) / wanted[count[k]] - 1));
    expect(worst < 2.5e-7 && out.front() == -1 && out.back() == -1, "large logarithms, set " + std::to_string(isa));
  }
}

double activated(int activation, double x) {
  switch (activation) {
    case VC_ACTIVATION_RELU: return x < 0 ? 0 : x;
    case VC_ACTIVATION_GELU: return 0.5 * x * std::erfc(-x / std::sqrt(2.0));
    case VC_ACTIVATION_GELU_TANH: return 0.5 * x * (1 + std::tanh(std::sqrt(2 / std::acos(-1.0)) * (x + 0.044715 * x * x * x)));
    case VC_ACTIVATION_SILU: return x / (1 + std::exp(-x));
    case VC_ACTIVATION_SOFTPLUS: return std::fmax(x, 0) + std::log1p(std::exp(-std::fabs(x)));
    default: return x;
  }
}

// Bias and activation after the sums, of weights in single precision and in bfloat16.
void counts_to_hidden() {
  for (const sparse_case& c : all_cases()) {
    sparse_case rounded = c;
    std::vector<uint16_t> halves;
    for (float& w : rounded.weights) {
      uint32_t bits;
      std::memcpy(&bits, &w, 4);
      halves.push_back(uint16_t(bits >> 16));
      bits &= 0xffff0000u;
      std::memcpy(&w, &bits, 4);
    }
    std::vector<float> bias;
    for (int64_t j = 0; j < c.columns; ++j) bias.push_back(float(j % 7) - 3);
    for (int isa = VC_ISA_BASELINE; isa <= vc_cpu_best_isa(); ++isa)
      for (int activation = VC_ACTIVATION_NONE; activation <= VC_ACTIVATION_SOFTPLUS; ++activation)
        for (const bool half : {false, true}) {
          const operand x(c, true);
          const std::string what = c.name + ", activation " + std::to_string(activation) + (half ? ", bf16" : ", f32") + ", set " +
                                   std::to_string(isa);
          oracle wanted = product(half ? rounded : c, true);
          for (size_t i = 0; i < wanted.value.size(); ++i) {
            const double b = bias[i % size_t(c.columns)];
            wanted.magnitude[i] += std::fabs(b);
            wanted.value[i] = activated(activation, wanted.value[i] + b);
          }
          std::vector<float> out(size_t(c.rows * c.columns), std::nanf(""));
          must(vc_cpu_csr_dense(isa, x.address(), at(c.scale), 0, c.rows, c.columns, half ? at(halves) : at(c.weights),
                                half ? VC_BF16 : VC_F32, at(bias), activation, at(out)),
               what);
          near(out, wanted.value, wanted.magnitude, 1.2e-5, what);
        }
  }
}

float rounded_to_bf16(float x) {
  uint32_t bits;
  std::memcpy(&bits, &x, 4);
  bits += 0x7fff + (bits >> 16 & 1);
  bits &= 0xffff0000u;
  std::memcpy(&x, &bits, 4);
  return x;
}

// The bfloat16 forms against the oracle on rounded operands: what is left is the error of the sums alone.
void halves() {
  const int isa = VC_ISA_AVX512_BF16;
  const sparse_case some = make_case("halves", 3, 7, 5, 0.5, 1);
  std::vector<uint16_t> to(some.weights.size());
  if (vc_cpu_best_isa() < isa) {
    expect(vc_cpu_round_to_bf16(isa, at(some.weights), 1, at(to)) == VC_UNSUPPORTED, "bf16 on a processor without it");
    std::printf("skipped: the bfloat16 kernels, which this processor lacks\n");
    return;
  }
  const operand any(some, false);
  expect(vc_cpu_csr_dense_bf16(VC_ISA_AVX512, any.address(), 0, 0, 3, 5, at(to), 0, 0, at(to)) == VC_UNSUPPORTED, "a set below");
  for (const sparse_case& c : all_cases())
    for (const bool logs : {false, true})
      for (const bool compact : {false, true}) {
        const std::string what = c.name + (logs ? ", logs" : "") + (compact ? ", compact" : "") + ", bf16";
        const operand x(c, compact);
        const int64_t scale = logs ? at(c.scale) : 0;
        std::vector<uint16_t> weights(c.weights.size());
        must(vc_cpu_round_to_bf16(isa, at(c.weights), int64_t(weights.size()), at(weights)), what);
        sparse_case r = c;  // as the kernels see it: logarithms in single precision, then rounded
        for (size_t i = 0; i < weights.size(); ++i) {
          const uint32_t bits = uint32_t(weights[i]) << 16;
          std::memcpy(&r.weights[i], &bits, 4);
          expect(r.weights[i] == rounded_to_bf16(c.weights[i]), what + ": rounding");
        }
        for (float& d : r.gradient) d = rounded_to_bf16(d);
        if (logs) must(vc_cpu_log_normalize(isa, x.address(), scale, 0, c.rows, at(r.value)), what);
        sparse_case both = r;
        for (float& v : both.value) v = rounded_to_bf16(v);
        std::vector<float> out(size_t(c.rows * c.columns), std::nanf(""));
        for (int64_t row = 0; row < c.rows; row += 7)
          must(vc_cpu_csr_dense_bf16(isa, x.address(), scale, row, std::min(c.rows, row + 7), c.columns, at(weights), 0,
                                     VC_ACTIVATION_NONE, at(out)),
               what);
        const oracle p = product(both, false), t = transposed(both, false);
        const oracle exact = product(c, logs), exact_t = transposed(c, logs);
        near(out, p.value, p.magnitude, 1e-5, what + " csr_dense_bf16, rounded operands");
        near(out, exact.value, exact.magnitude, 1e-2, what + " csr_dense_bf16");
        std::vector<float> gradient(size_t(c.genes * c.columns), std::nanf("")), again = gradient;
        must(transpose(c, isa, x, scale, true, 1000, gradient), what);
        near(gradient, t.value, t.magnitude, 1e-5, what + " transposed, rounded operands");
        near(gradient, exact_t.value, exact_t.magnitude, 1e-2, what + " transposed");
        must(transpose(c, isa, x, scale, true, 5, again), what);
        expect(same_bytes(gradient, again), what + " transposed: another cut gives other bytes");
      }
}

// Enough cells for a head of frequent genes, an odd number of them; ragged columns, empty cells, rows longer than a piece.
void frequent_genes_as_a_tile() {
  const int isa = VC_ISA_AVX512_BF16;
  if (vc_cpu_best_isa() < isa) return;
  for (const int64_t columns : {1, 16, 37, 130, 38}) {
    // every second gene rare; of 38 columns all but every eighth, which leaves too few values for a place for each gene
    const int every = columns == 38 ? 8 : 2, seldom = columns == 38 ? 40 : 9;
    sparse_case c = make_case("a head", 1101, 1300, columns, 0.9, 2);
    c.name += ", " + std::to_string(columns) + " columns";
    {  // counts that are bf16 already, so that the oracle needs no rounding
      sparse_case kept = c;
      kept.gene.clear(); kept.value.clear(); kept.gene16.clear(); kept.count.clear();
      kept.row_start = {0}; kept.escape_start.assign(size_t(c.rows) + 1, 0); kept.escape_gene.clear(); kept.escape_value.clear();
      for (int64_t r = 0; r < c.rows; ++r) {
        for (int64_t k = c.row_start[size_t(r)]; k < c.row_start[size_t(r) + 1]; ++k) {
          const int32_t g = c.gene[size_t(k)];
          if (g % every != 1 && (g + r) % seldom) continue;
          const uint8_t n = uint8_t(1 + (g * 31 + r) % 128);
          kept.gene.push_back(g); kept.value.push_back(n); kept.gene16.push_back(uint16_t(g)); kept.count.push_back(n);
        }
        kept.row_start.push_back(int64_t(kept.gene.size()));
      }
      for (float& w : kept.weights) w = rounded_to_bf16(w);
      for (float& d : kept.gradient) d = rounded_to_bf16(d);
      c = kept;
    }
    const std::vector<float> bias(size_t(columns), 0.25f);
    std::vector<uint16_t> weights(c.weights.size());
    must(vc_cpu_round_to_bf16(isa, at(c.weights), int64_t(weights.size()), at(weights)), c.name);
    for (const bool compact : {false, true}) {
      const operand x(c, compact);
      std::vector<char> room(size_t(vc_cpu_head_scratch(c.rows, c.genes, columns))), tile(size_t(vc_cpu_head_room(c.genes)));
      int64_t chosen = 0;
      must(vc_cpu_head_choose(x.address(), at(room), &chosen), c.name);
      expect(chosen > 1100 / every && chosen < 1400 / every && chosen % 2 == 0, c.name + ": a head of " + std::to_string(chosen));
      must(vc_cpu_head_pack(isa, x.address(), columns, at(weights), at(room), 0, chosen / 2), c.name);
      std::vector<float> out(size_t(c.rows * columns), std::nanf("")), again = out;
      for (const int64_t cut : {int64_t(1000000), int64_t(7)}) {
        std::vector<float>& to = cut == 7 ? again : out;
        for (int64_t r = 0; r < c.rows; r += cut)
          must(vc_cpu_csr_dense_mixed(isa, x.address(), 0, r, std::min(c.rows, r + cut), columns, at(weights), at(room), at(bias),
                                      VC_ACTIVATION_RELU, at(tile), at(to)),
               c.name);
      }
      expect(same_bytes(out, again), c.name + ": another cut gives other bytes");
      oracle p = product(c, false);
      for (double& v : p.value) v = std::fmax(0, v + 0.25);
      near(out, p.value, p.magnitude, 1e-5, c.name);
      const oracle t = transposed(c, false), logs = transposed(c, true);
      std::vector<float> gradient(size_t(c.genes * columns), std::nanf("")), other = gradient;
      must(transpose(c, isa, x, 0, true, 1000, gradient), c.name);
      near(gradient, t.value, t.magnitude, 1e-5, c.name + " transposed");
      must(transpose(c, isa, x, 0, true, 5, other), c.name);
      expect(same_bytes(gradient, other), c.name + " transposed: another cut gives other bytes");
      must(transpose(c, isa, x, at(c.scale), true, 1000, gradient), c.name);
      near(gradient, logs.value, logs.magnitude, 1e-2, c.name + " transposed, logs");
    }
    c.gene[10] = int32_t(c.genes);
    const operand bad(c, false);
    std::vector<char> room(size_t(vc_cpu_head_scratch(c.rows, c.genes, columns)));
    int64_t chosen = 0;
    expect(vc_cpu_head_choose(bad.address(), at(room), &chosen) == VC_BAD_INDEX, c.name + ": a gene too large");
  }
}

// Many blocks, the last cut short, with genes in a few cells beside genes in many: one span and several, and a matrix so wide that
// its strips are whole.
void gradient_in_blocks() {
  struct shape {
    int64_t rows, genes, columns;
  };
  for (const auto& [rows, genes, columns] : {shape{2100, 300, 70}, shape{9000, 300, 70}, shape{300, 8200, 150}}) {
    sparse_case c = make_case("blocks", rows, genes, columns, 0, 1);
    random_numbers random{uint64_t(rows)};
    for (int64_t r = 0; r < rows; ++r) {
      for (int64_t g = 0; g < genes; ++g) {
        if (random.unit() >= (g % 8 == 3 ? 0.4 : 0.01) || g % 17 == 0) continue;
        const int32_t n = 1 + int32_t(random.next() % 300);
        c.gene.push_back(int32_t(g));
        c.value.push_back(float(n));
        c.gene16.push_back(uint16_t(g));
        c.count.push_back(uint8_t(n < VC_ESCAPE ? n : VC_ESCAPE));
        if (n < VC_ESCAPE) continue;
        c.escape_gene.push_back(uint16_t(g));
        c.escape_value.push_back(n);
      }
      c.row_start[size_t(r) + 1] = int64_t(c.gene.size());
      c.escape_start[size_t(r) + 1] = int64_t(c.escape_gene.size());
    }
    const oracle t = transposed(c, true);
    std::vector<float> fused;
    for (int isa = VC_ISA_BASELINE; isa <= vc_cpu_best_isa(); ++isa) {
      const std::string what = "gradient in blocks, set " + std::to_string(isa);
      const operand plain(c, false), compact(c, true);
      std::vector<float> out(size_t(genes * columns), std::nanf("")), other = out, packed = out;
      must(transpose(c, isa, plain, at(c.scale), false, 1000, out), what);
      near(out, t.value, t.magnitude, 1e-5, what);
      must(transpose(c, isa, plain, at(c.scale), false, 7, other), what);
      expect(same_bytes(out, other), what + ": another cut gives other bytes");
      must(transpose(c, isa, compact, at(c.scale), false, 1000, packed), what);
      expect(same_bytes(out, packed), what + ": compact differs from plain");
      if (isa == VC_ISA_AVX2) fused = out;
      if (isa > VC_ISA_AVX2) expect(same_bytes(out, fused), what + ": differs from AVX2");
    }
    c.gene[c.gene.size() - 1] = int32_t(genes);
    const operand bad(c, false);
    std::vector<float> out(size_t(genes * columns));
    expect(transpose(c, VC_ISA_BASELINE, bad, 0, false, 1000, out) == VC_BAD_INDEX, "gradient in blocks: a gene too large");
  }
}

// Frequent genes as a tile of the exact product: 40 % density and more than a chain of frequent genes, both types of weights.
void frequent_genes_as_an_exact_tile() {
  for (const int64_t columns : {64, 101}) {
    sparse_case c = make_case("an exact head", 1100, 1900, columns, 0.6, 2);
    c.name += ", " + std::to_string(columns) + " columns";
    for (float& w : c.weights) w = rounded_to_bf16(w);
    std::vector<uint16_t> halves;
    for (const float w : c.weights) {
      uint32_t bits;
      std::memcpy(&bits, &w, 4);
      halves.push_back(uint16_t(bits >> 16));
    }
    const std::vector<float> bias(size_t(columns), 0.25f);
    for (const bool compact : {false, true}) {
      const operand x(c, compact);
      oracle p = product(c, true);
      for (double& v : p.value) v = std::fmax(0, v + 0.25);
      std::vector<float> fused;
      for (int isa = VC_ISA_BASELINE; isa <= vc_cpu_best_isa(); ++isa) {
        std::vector<char> room(size_t(vc_cpu_exact_head_scratch(c.rows, c.genes, columns)));
        std::vector<char> tile(size_t(vc_cpu_exact_head_room(c.genes)));
        std::vector<float> first;
        for (const int32_t type : {VC_F32, VC_BF16})
          for (const int64_t cut : {1000000, 7}) {
            const int64_t weights = type == VC_F32 ? at(c.weights) : at(halves);
            int64_t chosen = 0;
            must(vc_cpu_exact_head(isa, x.address(), columns, weights, type, at(room), &chosen), c.name);
            expect(chosen > 1600 && chosen % 2 == 0, c.name + ": a head of " + std::to_string(chosen));
            std::vector<float> out(size_t(c.rows * columns), std::nanf(""));
            for (int64_t r = 0; r < c.rows; r += cut)
              must(vc_cpu_csr_dense_head(isa, x.address(), at(c.scale), r, std::min(c.rows, r + cut), columns, weights, type,
                                         at(room), at(bias), VC_ACTIVATION_RELU, at(tile), at(out)),
                   c.name);
            near(out, p.value, p.magnitude, 1e-5, c.name);
            if (first.empty()) first = out;
            expect(same_bytes(out, first), c.name + ": another cut or type gives other bytes");
          }
        if (isa >= VC_ISA_AVX2) {
          if (fused.empty()) fused = first;
          expect(same_bytes(first, fused), c.name + ": another set gives other bytes");
        }
        const float was = c.weights[5];
        c.weights[5] = std::nanf("");
        int64_t chosen = -1;
        must(vc_cpu_exact_head(isa, x.address(), columns, at(c.weights), VC_F32, at(room), &chosen), c.name);
        expect(chosen == 0, c.name + ": a weight that is not finite in the head");
        c.weights[5] = was;
      }
    }
  }
}

// An empty row leaves the bias alone, so that the activation is seen at every argument.
void activations_of_hard_arguments() {
  std::vector<float> hard;
  for (int i = -400; i <= 400; ++i) hard.push_back(float(i) * 0.05f);
  for (const float v : {1e-30f, -1e-30f, 1e-6f, -1e-6f, 13.0f, -13.0f, 60.0f, -60.0f, 1e4f, -1e4f, 1e30f, -1e30f}) hard.push_back(v);
  sparse_case c;
  c.rows = 1;
  c.genes = 1;
  c.row_start = {0, 0};
  const operand x(c, false);
  const std::vector<float> weights(hard.size());
  for (int isa = VC_ISA_BASELINE; isa <= vc_cpu_best_isa(); ++isa)
    for (int activation = VC_ACTIVATION_NONE; activation <= VC_ACTIVATION_SOFTPLUS; ++activation) {
      const std::string what = "activation " + std::to_string(activation) + " of hard arguments, set " + std::to_string(isa);
      std::vector<float> out(hard.size());
      must(vc_cpu_csr_dense(isa, x.address(), 0, 0, 1, int64_t(hard.size()), at(weights), VC_F32, at(hard), activation, at(out)), what);
      std::vector<double> wanted, size;
      for (const float v : hard) {
        wanted.push_back(activated(activation, v));
        size.push_back(activation == VC_ACTIVATION_SOFTPLUS ? std::fabs(v) + 1 : std::fabs(v));
      }
      near(out, wanted, size, 4e-7, what);
      std::vector<float> nan(hard.size(), std::nanf(""));
      must(vc_cpu_csr_dense(isa, x.address(), 0, 0, 1, int64_t(hard.size()), at(weights), VC_F32, at(nan), activation, at(out)), what);
      bool kept = true;
      for (const float v : out) kept = kept && std::isnan(v);
      expect(kept, what + ": a NaN is lost");
    }
}

void bad_indices_are_caught() {
  const sparse_case good = make_case("bad", 20, 50, 6, 0.3, 2);
  struct planted { const char* what; void (*plant)(sparse_case&); };
  const planted faults[] = {
      {"gene too large", [](sparse_case& c) { c.gene[7] = 50; c.gene16[7] = 50; }},
      {"gene far too large", [](sparse_case& c) { c.gene[7] = INT32_MAX; c.gene16[7] = 65535; }},
      {"gene negative", [](sparse_case& c) { c.gene[7] = -1; c.gene16[7] = 65535; }},
      {"offset beyond the values", [](sparse_case& c) { c.row_start[20] += 1000; }},
      {"offset negative", [](sparse_case& c) { c.row_start[0] = -3; }},
      {"offsets fall", [](sparse_case& c) { c.row_start[4] = c.row_start[3] - 1; }},
  };
  for (const planted& f : faults)
    for (int isa = VC_ISA_BASELINE; isa <= vc_cpu_best_isa(); ++isa)
      for (const bool compact : {false, true}) {
        sparse_case c = good;
        f.plant(c);
        const operand x(c, compact);
        std::vector<float> out(size_t(std::max(c.rows, c.genes) * c.columns) + c.gene.size() + 2000);
        expect(vc_cpu_csr_dense(isa, x.address(), 0, 0, c.rows, c.columns, at(c.weights), VC_F32, 0, VC_ACTIVATION_NONE, at(out)) ==
                   VC_BAD_INDEX,
               f.what);
        expect(vc_cpu_row_scale(isa, x.address(), 0, c.rows, 1, at(out)) == VC_BAD_INDEX, f.what);
        if (isa == VC_ISA_AVX512_BF16) {
          const std::vector<uint16_t> halves(c.weights.size());
          expect(vc_cpu_csr_dense_bf16(isa, x.address(), 0, 0, c.rows, c.columns, at(halves), 0, VC_ACTIVATION_NONE, at(out)) ==
                     VC_BAD_INDEX,
                 std::string(f.what) + ", bf16");
        }
        expect(transpose(c, isa, x, 0, false, 1000, out) == VC_BAD_INDEX, std::string(f.what) + ", transposed");
        std::vector<char> scratch(size_t(vc_cpu_group_sums_scratch(c.genes)));
        std::vector<int64_t> start{0, c.rows}, order, sums(size_t(c.genes));
        for (int64_t r = 0; r < c.rows; ++r) order.push_back(r);
        std::vector<int32_t> seen(sums.size());
        for (const int whole : {0, 1})
          expect(vc_cpu_group_sums(isa, x.address(), 0, at(start), at(order), 0, 1, 0, c.genes, whole, at(scratch), at(sums),
                                   at(sums), at(seen)) == VC_BAD_INDEX,
                 std::string(f.what) + ", group sums");
      }
  sparse_case lost = good;
  lost.escape_gene.assign(lost.escape_gene.size(), 7);  // no gene 7 is ever stored
  expect(!lost.escape_gene.empty(), "the case has escapes");
  const operand x(lost, true);
  std::vector<float> out(size_t(lost.rows));
  expect(vc_cpu_row_scale(0, x.address(), 0, lost.rows, 1, at(out)) == VC_BAD_INDEX, "escape that is not listed");
  expect(vc_cpu_row_scale(99, x.address(), 0, lost.rows, 1, at(out)) == VC_UNSUPPORTED, "a set that does not exist");
  expect(vc_cpu_row_scale(0, x.address(), 0, lost.rows + 1, 1, at(out)) == VC_INVALID, "more rows than there are");
}

// Address space without memory behind it, zero where it is read.
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
  int64_t address() const { return reinterpret_cast<int64_t>(data); }
  T& operator[](int64_t i) { return data[i]; }
  size_t bytes;
  T* data;
};

// The last of 12 million cells and the last of 10 million genes, after 3 thousand million values: every product of indices is
// beyond 2^31, several beyond 2^32. Only the pages of that one cell become memory.
void indices_beyond_32_bits() {
  const int64_t rows = 12000000, genes = 10000000, columns = 400, before = 3000000000, last = rows - 1;
  vast<int64_t> row_start(rows + 1), order(1);
  vast<int32_t> gene(before + 2);
  vast<float> value(before + 2), weights(genes * columns), out(rows * columns), scale(rows), logs(before + 2);
  vast<uint16_t> halves(genes * columns);
  for (const void* p : {(void*)row_start.data, (void*)gene.data, (void*)value.data, (void*)weights.data, (void*)out.data,
                        (void*)scale.data, (void*)logs.data, (void*)halves.data})
    if (!p) {
      std::printf("skipped: indices beyond 32 bits, the system gives no address space\n");
      return;
    }
  row_start[last] = before;
  row_start[rows] = before + 2;
  gene[before] = 3;
  gene[before + 1] = int32_t(genes - 1);
  value[before] = 1;
  value[before + 1] = 4;
  weights[3 * columns + 399] = 2;
  weights[genes * columns - 1] = 0.5f;
  halves[3 * columns + 399] = 0x4000;     // 2
  halves[genes * columns - 1] = 0x3f00;   // 0.5
  const std::vector<int64_t> x{VC_PLAIN, rows, genes, before + 2, row_start.address(), gene.address(), value.address(), 0, 0, 0, 0};
  for (int isa = VC_ISA_BASELINE; isa <= vc_cpu_best_isa(); ++isa) {
    const std::string what = "beyond 32 bits, set " + std::to_string(isa);
    must(vc_cpu_row_scale(isa, at(x), last, rows, 10, scale.address()), what);
    expect(scale[last] == 2, what + ": row_scale");
    must(vc_cpu_log_normalize(isa, at(x), scale.address(), last, rows, logs.address()), what);
    expect(std::fabs(logs[before + 1] - std::log1p(8.0)) < 1e-6, what + ": log_normalize");
    for (const bool half : {false, true}) {
      out[rows * columns - 1] = -1;
      must(vc_cpu_csr_dense(isa, at(x), 0, last, rows, columns, half ? halves.address() : weights.address(), half ? VC_BF16 : VC_F32,
                            0, VC_ACTIVATION_NONE, out.address()),
           what);
      expect(out[rows * columns - 1] == 4, what + ": csr_dense");
    }
    if (isa == VC_ISA_AVX512_BF16) {
      out[rows * columns - 1] = -1;
      must(vc_cpu_csr_dense_bf16(isa, at(x), 0, last, rows, columns, halves.address(), 0, VC_ACTIVATION_NONE, out.address()), what);
      expect(out[rows * columns - 1] == 4, what + ": csr_dense_bf16");
    }
    // group sums of a group of that one cell, the last of 500 groups: outputs beyond 2^32
    const int64_t groups = 500;
    vast<int64_t> start(groups + 1), sums(groups * genes), squares(groups * genes);
    vast<int32_t> seen(groups * genes);
    if (!sums.data || !squares.data || !seen.data) return std::printf("skipped: sums beyond 32 bits\n"), void();
    start[groups] = 1;
    order[0] = last;
    std::vector<char> scratch(size_t(vc_cpu_group_sums_scratch(1 << 16)) + 64);
    must(vc_cpu_group_sums(isa, at(x), 0, start.address(), order.address(), groups - 1, groups, genes - 1000, genes, 1, at(scratch),
                           sums.address(), squares.address(), seen.address()),
         what);
    expect(sums[groups * genes - 1] == 4 && squares[groups * genes - 1] == 16 && seen[groups * genes - 1] == 1, what + ": group_sums");
    // the weight gradient's last span: its cell lies beyond 2^32 elements of the dense operand
    std::vector<int64_t> narrow = x;
    narrow[VC_CSR_GENES] = 9;
    gene[before + 1] = 8;
    out[last * columns + 1] = 3;
    std::vector<char> room(size_t(vc_cpu_transposed_scratch(rows, 9, before + 2, columns, 0)) + 64);
    const int64_t place = (at(room) + 63) / 64 * 64;
    int64_t span[2];
    must(vc_cpu_transposed_span(at(narrow), last, columns, 0, place, span), what);
    must(vc_cpu_transposed_block(isa, at(narrow), 0, columns, out.address(), 0, place, 0), what);
    std::vector<float> gradient(size_t(9 * columns), 1);
    must(vc_cpu_transposed_sum(isa, at(narrow), 0, 9, 0, columns, 0, place, span[0], at(gradient)), what);
    expect(span[0] == 1 && span[1] == rows && gradient[size_t(8 * columns + 1)] == 1 + 4 * 3, what + ": transposed");
    out[last * columns + 1] = 0;
    gene[before + 1] = int32_t(genes - 1);
  }
  expect(vc_cpu_transposed_scratch(int64_t(1) << 40, INT32_MAX, int64_t(1) << 50, 1 << 20, 0) > (int64_t(1) << 32), "scratch");
}

void memory_is_counted() {
  int64_t a = 0, b = 0, held = -1;
  must(vc_cpu_allocate(1000, VC_TAG_TENSOR, &a), "allocate");
  must(vc_cpu_allocate(0, VC_TAG_SCRATCH, &b), "allocate nothing");
  expect(a % 64 == 0 && b % 64 == 0 && a && b, "aligned to a cache line");
  must(vc_cpu_allocated(VC_TAG_TENSOR, &held), "held");
  expect(held == 1000, "1000 bytes are held");
  expect(vc_cpu_allocate(int64_t(1) << 60, VC_TAG_TENSOR, &held) == VC_OUT_OF_MEMORY, "an exabyte is refused");
  expect(std::strstr(vc_cpu_error_text(), "1152921504606846976") != nullptr, "the text names the bytes");
  expect(vc_cpu_allocate(-1, VC_TAG_TENSOR, &held) == VC_INVALID, "a negative size");
  expect(vc_cpu_release(a + 8) == VC_INVALID, "an address that was never handed out");
  must(vc_cpu_release(a), "release");
  must(vc_cpu_release(b), "release");
  must(vc_cpu_release(0), "release of nothing");
  must(vc_cpu_allocated(-1, &held), "held");
  expect(held == 0, "nothing is held at the end");
}

}  // namespace

int main() {
  kernels();
  logarithms_of_hard_arguments();
  large_logarithms();
  counts_to_hidden();
  halves();
  frequent_genes_as_a_tile();
  gradient_in_blocks();
  frequent_genes_as_an_exact_tile();
  activations_of_hard_arguments();
  bad_indices_are_caught();
  indices_beyond_32_bits();
  memory_is_counted();
  return verdict("cpu kernels");
}
