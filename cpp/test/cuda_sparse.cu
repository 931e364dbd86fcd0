// The sparse kernels against the oracle. SPDX-License-Identifier: Apache-2.0
#include "device.h"
#include "mma.h"

namespace {

using namespace test;

struct operand {
  explicit operand(const sparse_case& c, bool compact)
      : row_start(c.row_start), gene32(c.gene), gene16(c.gene16), value(c.value), count(c.count), escape_start(c.escape_start),
        escape_gene(c.escape_gene), escape_value(c.escape_value),
        f(fields(c, compact, row_start.address, compact ? gene16.address : gene32.address,
                 compact ? count.address : value.address, escape_start.address, escape_gene.address, escape_value.address)) {}
  on_device<int64_t> row_start;
  on_device<int32_t> gene32;
  on_device<uint16_t> gene16;
  on_device<float> value;
  on_device<uint8_t> count;
  on_device<int64_t> escape_start;
  on_device<uint16_t> escape_gene;
  on_device<int32_t> escape_value;
  std::vector<int64_t> f;
};

struct results {
  std::vector<float> scale, logs, product, transposed, sums, squares;
  std::vector<int64_t> whole_sums, whole_squares, row_start;
  std::vector<int32_t> seen, whole_seen, gene;
};

results run(const sparse_case& c, bool compact, bool logs) {
  const std::string what = c.name + (compact ? ", compact" : ", plain") + (logs ? ", logs" : "");
  const operand x(c, compact);
  const on_device<float> factors(c.scale), weights(c.weights), gradient(c.gradient);
  const on_device<int32_t> group(c.group);
  const int64_t scale = logs ? factors.address : 0, n = c.groups * c.genes, stored = int64_t(c.gene.size());
  const on_device<float> row_scale(c.rows), log_values(stored), out(c.rows * c.columns), grad(c.genes * c.columns), sums(n), squares(n);
  const on_device<int64_t> whole_sums(n), whole_squares(n), row_start(c.rows + 1);
  const on_device<int32_t> seen(n), whole_seen(n), gene(stored);
  const on_device<char> scratch(vc_cuda_csr_transposed_scratch(c.rows, c.genes, c.columns) + 64);
  const on_device<char> group_scratch(vc_cuda_group_sums_scratch(c.rows, c.groups));
  must(vc_cuda_row_scale(queue, x.f.data(), 1e4f, row_scale.address), what);
  must(vc_cuda_copy_structure(queue, x.f.data(), row_start.address, gene.address), what);
  must(vc_cuda_log_normalize(queue, x.f.data(), factors.address, log_values.address), what);
  must(vc_cuda_csr_dense(queue, x.f.data(), scale, c.columns, weights.address, VC_F32, 0, VC_ACTIVATION_NONE, VC_EXACT, out.address),
       what);
  must(vc_cuda_csr_transposed(queue, x.f.data(), scale, c.columns, gradient.address, VC_EXACT, scratch.address, grad.address), what);
  must(vc_cuda_group_sums(queue, x.f.data(), 0, c.groups, group.address, 1, group_scratch.address, whole_sums.address,
                          whole_squares.address, whole_seen.address), what);
  must(vc_cuda_group_sums(queue, x.f.data(), scale, c.groups, group.address, 0, group_scratch.address, sums.address,
                          squares.address, seen.address), what);
  return {row_scale.get(), log_values.get(), out.get(), grad.get(), sums.get(), squares.get(), whole_sums.get(),
          whole_squares.get(), row_start.get(), seen.get(), whole_seen.get(), gene.get()};
}

void remember(memory_of_results& memory, const results& r, const std::string& what) {
  memory.remember(what + " row_scale", r.scale);
  memory.remember(what + " log_normalize", r.logs);
  memory.remember(what + " csr_dense", r.product);
  memory.remember(what + " csr_transposed", r.transposed);
  memory.remember(what + " sums", r.sums);
  memory.remember(what + " squares", r.squares);
  memory.remember(what + " whole sums", r.whole_sums);
  memory.remember(what + " whole squares", r.whole_squares);
  memory.remember(what + " detections", r.seen);
}

void against_the_oracle(const sparse_case& c, const results& got, bool logs, const std::string& what) {
  std::vector<double> scales, values;
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
  expect(same_bytes(got.row_start, c.row_start) && same_bytes(got.gene, c.gene), what + " copy_structure");
  const oracle p = product(c, logs), t = transposed(c, logs);
  near(got.product, p.value, p.magnitude, 1e-5, what + " csr_dense");
  near(got.transposed, t.value, t.magnitude, 1e-5, what + " csr_transposed");
  const group_oracle whole = group_sums(c, false), g = group_sums(c, logs);
  const std::vector<double> ones(whole.sum.size(), 1);
  near(got.whole_sums, whole.sum, ones, 0, what + " whole sums");
  near(got.whole_squares, whole.square, ones, 0, what + " whole squares");
  expect(same_bytes(got.whole_seen, whole.seen), what + " whole detections");
  near(got.sums, g.sum, g.sum, 1e-6, what + " sums");
  near(got.squares, g.square, g.square, 1e-6, what + " squares");
  expect(same_bytes(got.seen, g.seen), what + " detections");
}

// The cases, without the larger ones if it is to be brief.
std::vector<sparse_case> chosen_cases() {
  std::vector<sparse_case> chosen;
  for (sparse_case& c : all_cases())
    if (!brief || c.rows * c.genes < 10000) chosen.push_back(std::move(c));
  return chosen;
}

// All cases, in both packings, which give the same bytes.
void kernels(memory_of_results& memory) {
  std::vector<sparse_case> cases = chosen_cases();
  if (!brief) cases.push_back(make_case("many cells in slices", 2200, 20, 9, 0.2, 3));
  for (const sparse_case& c : cases)
    for (const bool logs : {false, true}) {
      const std::string what = c.name + (logs ? ", logs" : "");
      const results plain = run(c, false, logs);
      against_the_oracle(c, plain, logs, what);
      memory_of_results here, packed;
      remember(here, plain, what);
      remember(packed, run(c, true, logs), what);
      for (size_t i = 0; i < here.digest.size(); ++i)
        expect(here.digest[i] == packed.digest[i], here.name[i] + ": compact differs from plain");
      memory.name.insert(memory.name.end(), here.name.begin(), here.name.end());
      memory.digest.insert(memory.digest.end(), here.digest.begin(), here.digest.end());
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

// The matrix as weights of bf16 round it, to the nearest.
sparse_case rounded(sparse_case c, std::vector<uint16_t>& halves) {
  for (float& w : c.weights) {
    halves.push_back(nearest_bf16(w));
    w = widened(halves.back());
  }
  return c;
}

// Bias and activation, weights in fp32 and bf16, both precisions: each with the error it states.
void counts_to_hidden(memory_of_results& memory, const sparse_case& c, int activation, bool half, bool fast, bool compact) {
  const std::string what = c.name + ", hidden, activation " + std::to_string(activation) + (half ? ", bf16" : ", f32") +
                           (fast ? ", fast" : ", exact") + (compact ? ", compact" : ", plain");
  std::vector<uint16_t> halves;
  const sparse_case low = rounded(c, halves);
  std::vector<float> offsets;
  for (int64_t j = 0; j < c.columns; ++j) offsets.push_back(float(j % 7) - 3);
  oracle wanted = product(half ? low : c, true);
  for (size_t i = 0; i < wanted.value.size(); ++i) {
    wanted.magnitude[i] += std::fabs(offsets[i % size_t(c.columns)]);
    wanted.value[i] = activated(activation, wanted.value[i] + offsets[i % size_t(c.columns)]);
  }
  const operand x(c, compact);
  const on_device<float> scale(c.scale), bias(offsets), out(c.rows * c.columns), weights(c.weights);
  const on_device<uint16_t> half_weights(halves);
  must(vc_cuda_csr_dense(queue, x.f.data(), scale.address, c.columns, half ? half_weights.address : weights.address,
                         half ? VC_BF16 : VC_F32, bias.address, activation, fast ? VC_FAST : VC_EXACT, out.address), what);
  near(out.get(), wanted.value, wanted.magnitude, 1.2 * (fast ? (half ? 4e-3 : 8e-3) : 2e-6), what);
  memory.remember(what, out.get());
}

void weight_gradient(memory_of_results& memory, const sparse_case& c, bool logs, bool fast, bool compact) {
  const std::string what = c.name + ", gradient" + (logs ? ", logs" : "") + (fast ? ", fast" : ", exact") + (compact ? ", compact" : "");
  const operand x(c, compact);
  const on_device<float> scale(c.scale), gradient(c.gradient), out(c.genes * c.columns);
  const on_device<char> scratch(vc_cuda_csr_transposed_scratch(c.rows, c.genes, c.columns));
  must(vc_cuda_csr_transposed(queue, x.f.data(), logs ? scale.address : 0, c.columns, gradient.address, fast ? VC_FAST : VC_EXACT,
                              scratch.address, out.address), what);
  const oracle wanted = transposed(c, logs);
  near(out.get(), wanted.value, wanted.magnitude, fast ? 8e-3 : 2e-6, what);
  memory.remember(what, out.get());
}

void weight_gradients(memory_of_results& memory) {
  for (const sparse_case& c : chosen_cases())
    for (const bool compact : {false, true}) weight_gradient(memory, c, true, true, compact);
  const sparse_case c = make_case("two tiles each way", 40, 261, 136, 0.15, 2);
  for (const bool fast : {false, true}) weight_gradient(memory, c, fast, fast, true);
}

void whole_sums(memory_of_results& memory, const sparse_case& c) {
  const operand x(c, true);
  const int64_t n = c.groups * c.genes;
  const on_device<int32_t> group(c.group), seen(n);
  const on_device<int64_t> sums(n), squares(n);
  const on_device<char> scratch(vc_cuda_group_sums_scratch(c.rows, c.groups));
  must(vc_cuda_group_sums(queue, x.f.data(), 0, c.groups, group.address, 1, scratch.address, sums.address, squares.address,
                          seen.address), c.name);
  const group_oracle wanted = group_sums(c, false);
  const std::vector<double> ones(wanted.sum.size(), 1);
  near(sums.get(), wanted.sum, ones, 0, c.name + " sums");
  near(squares.get(), wanted.square, ones, 0, c.name + " squares");
  expect(same_bytes(seen.get(), wanted.seen), c.name + " detections");
  memory.remember(c.name, squares.get());
}

// More cells than a unit holds, more groups than threads of a block.
void many_groups(memory_of_results& memory) {
  whole_sums(memory, make_case("units of one group", 5000, 6, 1, 0.4, 1));
  if (!brief) whole_sums(memory, make_case("more groups than threads", 900, 7, 1, 0.5, 300));
}

void hidden_layers(memory_of_results& memory) {
  for (const sparse_case& c : chosen_cases())
    for (const bool half : {false, true})
      for (const bool fast : {false, true}) {
        const int activation = int(c.columns + half + fast) % 5;
        counts_to_hidden(memory, c, activation, half, fast, false);
        counts_to_hidden(memory, c, activation, half, fast, true);
        expect(memory.digest.back() == memory.digest[memory.digest.size() - 2], memory.name.back() + " differs from plain");
      }
  // two tiles of cells and of columns
  const sparse_case c = make_case("two tiles each way", 261, 40, 136, 0.15, 2);
  for (int activation = brief ? VC_ACTIVATION_SILU : VC_ACTIVATION_NONE; activation <= VC_ACTIVATION_SOFTPLUS; ++activation)
    counts_to_hidden(memory, c, activation, activation % 2 == 0, activation % 2 == 1, true);
}

void bad_indices_are_caught() {
  for (int fault = 0; fault < 3; ++fault)
    for (const bool compact : {false, true}) {
      sparse_case c = make_case("bad", 20, 50, 6, 0.3, 2);
      if (fault == 0) { c.gene[7] = 50; c.gene16[7] = 50; }
      if (fault == 1) c.row_start[20] += 1000;
      if (fault == 2) c.row_start[4] = -1;
      const operand x(c, compact);
      const on_device<float> out(c.rows * c.columns), weights(c.weights);
      must(vc_cuda_row_scale(queue, x.f.data(), 1, out.address), "enqueue");
      expect(vc_cuda_synchronize(queue) == VC_BAD_INDEX, "row_scale, planted index " + std::to_string(fault));
      expect(std::strstr(vc_cuda_error_text(), "row_scale") != nullptr, "the text names the operation");
      must(vc_cuda_csr_dense(queue, x.f.data(), 0, c.columns, weights.address, VC_F32, 0, VC_ACTIVATION_NONE, VC_EXACT,
                           out.address), "enqueue");
      expect(vc_cuda_synchronize(queue) == VC_BAD_INDEX, "csr_dense, planted index " + std::to_string(fault));
      must(vc_cuda_synchronize(queue), "the queue works again");
    }
}

void graphs_repeat_a_step() {
  const sparse_case c = make_case("graph", 30, 40, 5, 0.3, 2);
  const operand x(c, true);
  const on_device<float> scale(c.rows), out(c.rows * c.columns), weights(c.weights);
  must(vc_cuda_capture_begin(queue), "begin");
  must(vc_cuda_row_scale(queue, x.f.data(), 100, scale.address), "record");
  must(vc_cuda_csr_dense(queue, x.f.data(), scale.address, c.columns, weights.address, VC_F32, 0, VC_ACTIVATION_NONE, VC_EXACT,
                           out.address), "record");
  int64_t graph = 0, mark = 0;
  must(vc_cuda_capture_end(queue, &graph), "end");
  must(vc_cuda_row_scale(queue, x.f.data(), 5, scale.address), "something else");
  must(vc_cuda_graph_launch(queue, graph), "launch");
  must(vc_cuda_mark(queue, &mark), "mark");
  must(vc_cuda_await(queue, mark), "await");
  must(vc_cuda_mark_release(mark), "release");
  const std::vector<float> repeated = out.get();
  must(vc_cuda_graph_release(graph), "release");
  must(vc_cuda_row_scale(queue, x.f.data(), 100, scale.address), "again");
  must(vc_cuda_csr_dense(queue, x.f.data(), scale.address, c.columns, weights.address, VC_F32, 0, VC_ACTIVATION_NONE, VC_EXACT,
                           out.address), "again");
  expect(same_bytes(repeated, out.get()), "a graph repeats its step");
}

#ifndef __CUDACC__
// Runs `work` on a queue of an emulated device with these facts.
template <class Work>
void on_a_device(int capability, int shared_bytes, int processors, Work work) {
  const int64_t usual = queue;
  const int before[3] = {vc_emulation::capability, vc_emulation::shared_bytes_of_a_block, vc_emulation::processors};
  vc_emulation::capability = capability;
  vc_emulation::shared_bytes_of_a_block = shared_bytes;
  vc_emulation::processors = processors;
  must(vc_cuda_queue_open(0, 0, &queue), "queue");
  work();
  must(vc_cuda_queue_close(queue), "close");
  queue = usual;
  vc_emulation::capability = before[0];
  vc_emulation::shared_bytes_of_a_block = before[1];
  vc_emulation::processors = before[2];
}

// Tiles of 128 or 256 cells, one stage or two: the same bytes. Without tensor cores: right, in fp32.
void shapes_follow_the_device() {
  const sparse_case c = make_case("shapes", 270, 140, 72, 0.12, 2);
  memory_of_results first;
  auto both = [&](memory_of_results& now) {
    counts_to_hidden(now, c, VC_ACTIVATION_NONE, true, true, true);
    counts_to_hidden(now, c, VC_ACTIVATION_RELU, false, false, false);
    weight_gradient(now, c, true, true, true);
    weight_gradient(now, c, true, false, true);
  };
  on_a_device(90, 227 << 10, 132, [&] { both(first); });
  for (const int shared_kib : {227, 99, 72})
    for (const int processors : {1, 132}) {
      if (shared_kib == 227 && processors == 132) continue;  // the first
      memory_of_results now;
      on_a_device(86, shared_kib << 10, processors, [&] { both(now); });
      for (size_t i = 0; i < now.digest.size(); ++i)
        expect(now.digest[i] == first.digest[i], now.name[i] + ": other bytes with " + std::to_string(shared_kib) + " KiB");
    }
  on_a_device(75, 1024, 40, [&] {  // several ranges of genes
    memory_of_results now;
    whole_sums(now, make_case("ranges", 40, 300, 1, 0.3, 4));
  });
  on_a_device(75, 64 << 10, 40, [&] {
    memory_of_results now;
    counts_to_hidden(now, c, VC_ACTIVATION_GELU, false, false, true);
    counts_to_hidden(now, c, VC_ACTIVATION_GELU, true, true, true);
    weight_gradient(now, c, true, true, true);
    weight_gradient(now, make_case("many cells in slices", 2200, 20, 9, 0.2, 3), false, false, false);
  });
}
#endif

void mistakes() {
#ifndef __CUDACC__
  shapes_follow_the_device();
#endif
  bad_indices_are_caught();
  graphs_repeat_a_step();
}

void everything(memory_of_results& memory) {
  kernels(memory);
  hidden_layers(memory);
  weight_gradients(memory);
  many_groups(memory);
}

const family sparse{"sparse", everything, mistakes};

}  // namespace
