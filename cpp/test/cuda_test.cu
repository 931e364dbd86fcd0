// Every CUDA kernel against the oracle. Under emulation in three orders of the threads, which must give the same bytes; with
// nvcc on a GPU, or exit 77 with the reason where there is none. SPDX-License-Identifier: Apache-2.0
#include "cases.h"
#include "vc_cuda.h"
#include "virtualcell_cuda.h"

namespace {

using namespace test;

int64_t queue = 0;

void must(int32_t status, const std::string& what) {
  expect(status == VC_OK, what + ": " + (status ? vc_cuda_error_text() : ""));
}

// A copy in device memory for a scope.
template <class T>
struct on_device {
  explicit on_device(const std::vector<T>& v) : bytes(int64_t(v.size() * sizeof(T))) {
    must(vc_cuda_allocate(queue, bytes, VC_TAG_TENSOR, &address), "allocate");
    if (bytes) must(vc_cuda_put(queue, address, v.data(), 0, int64_t(v.size()), sizeof(T)), "upload");
  }
  explicit on_device(int64_t elements) : bytes(elements * int64_t(sizeof(T))) {
    must(vc_cuda_allocate(queue, bytes, VC_TAG_TENSOR, &address), "allocate");
  }
  ~on_device() { must(vc_cuda_release(0, queue, address, bytes, VC_TAG_TENSOR), "release"); }
  on_device(const on_device&) = delete;
  on_device& operator=(const on_device&) = delete;
  std::vector<T> get() const {
    std::vector<T> v(size_t(bytes) / sizeof(T));
    must(vc_cuda_get(queue, address, v.data(), 0, int64_t(v.size()), sizeof(T)), "download");
    return v;
  }
  int64_t address = 0, bytes;
};

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
  must(vc_cuda_csr_dense(queue, x.f.data(), scale, c.columns, weights.address, out.address), what);
  must(vc_cuda_csr_transposed(queue, x.f.data(), scale, c.columns, gradient.address, scratch.address, grad.address), what);
  must(vc_cuda_group_sums(queue, x.f.data(), 0, c.groups, group.address, 1, group_scratch.address, whole_sums.address,
                          whole_squares.address, whole_seen.address), what);
  must(vc_cuda_group_sums(queue, x.f.data(), scale, c.groups, group.address, 0, group_scratch.address, sums.address,
                          squares.address, seen.address), what);
  return {row_scale.get(), log_values.get(), out.get(), grad.get(), sums.get(), squares.get(), whole_sums.get(),
          whole_squares.get(), row_start.get(), seen.get(), whole_seen.get(), gene.get()};
}

bool same(const results& a, const results& b) {
  return same_bytes(a.scale, b.scale) && same_bytes(a.logs, b.logs) && same_bytes(a.product, b.product) &&
         same_bytes(a.transposed, b.transposed) && same_bytes(a.sums, b.sums) && same_bytes(a.squares, b.squares) &&
         same_bytes(a.whole_sums, b.whole_sums) && same_bytes(a.whole_squares, b.whole_squares) && same_bytes(a.seen, b.seen);
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

// All cases once; the results, for comparison with another order of the threads.
std::vector<results> kernels() {
  std::vector<results> all;
  std::vector<sparse_case> cases = all_cases();
  cases.push_back(make_case("many cells in slices", 2200, 20, 9, 0.2, 3));
  for (const sparse_case& c : cases)
    for (const bool logs : {false, true}) {
      const std::string what = c.name + (logs ? ", logs" : "");
      all.push_back(run(c, false, logs));
      against_the_oracle(c, all.back(), logs, what);
      expect(same(all.back(), run(c, true, logs)), what + ": compact differs from plain");
    }
  return all;
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
      must(vc_cuda_csr_dense(queue, x.f.data(), 0, c.columns, weights.address, out.address), "enqueue");
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
  must(vc_cuda_csr_dense(queue, x.f.data(), scale.address, c.columns, weights.address, out.address), "record");
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
  must(vc_cuda_csr_dense(queue, x.f.data(), scale.address, c.columns, weights.address, out.address), "again");
  expect(same_bytes(repeated, out.get()), "a graph repeats its step");
}

void memory_is_counted() {
  int64_t held = -1, address = 0;
  must(vc_cuda_allocated(0, -1, &held), "held");
  expect(held == 0, "nothing is held after the tests: " + std::to_string(held));
  expect(vc_cuda_allocate(queue, int64_t(1) << 50, VC_TAG_TENSOR, &address) == VC_OUT_OF_MEMORY, "a petabyte is refused");
  expect(std::strstr(vc_cuda_error_text(), "1125899906842624") != nullptr, "the text names the bytes");
}

}  // namespace

int main() {
  int32_t count = 0;
  if (vc_cuda_device_count(&count) != VC_OK) {
    std::printf("cuda kernels: skipped, %s\n", vc_cuda_error_text());
    return 77;
  }
  int64_t facts[8];
  must(vc_cuda_device_facts(0, facts), "facts");
  std::printf("device: %s, compute capability %d.%d\n", vc_cuda_device_name(0), int(facts[1]), int(facts[2]));
  must(vc_cuda_queue_open(0, 0, &queue), "queue");
#ifdef __CUDACC__
  const std::vector<results> first = kernels(), second = kernels();
  for (size_t i = 0; i < first.size(); ++i) expect(same(first[i], second[i]), "two runs give the same bytes");
#else
  std::vector<results> first;
  using vc_emulation::order;
  for (const order o : {order::forward, order::backward, order::shuffled}) {
    vc_emulation::thread_order = o;
    const std::vector<results> now = kernels();
    for (size_t i = 0; i < now.size() && !first.empty(); ++i)
      expect(same(first[i], now[i]), "thread order " + std::to_string(int(o)) + " gives other bytes in run " + std::to_string(i));
    if (first.empty()) first = now;
  }
#endif
  bad_indices_are_caught();
  graphs_repeat_a_step();
  memory_is_counted();
  must(vc_cuda_queue_close(queue), "close");
  return verdict("cuda kernels");
}
