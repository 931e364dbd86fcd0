// Every runtime call and every launch fails once, in turn: the entry it happens in says so, by a status and the call's name,
// nothing is leaked, and the queue works again. And a device that is lost, and one that is full.
// SPDX-License-Identifier: Apache-2.0
#include "device.h"

namespace {

using namespace test;

struct step {
  const char* name;
  int32_t (*run)();
};

sparse_case cells;
on_device<int64_t>* row_start;
on_device<uint16_t>* gene;
on_device<uint8_t>* count;
on_device<int64_t>* escape_start;
on_device<uint16_t>* escape_gene;
on_device<int32_t>* escape_value;
on_device<int32_t>* group;
on_device<char>* room;  // for any dense operand, output or scratch

std::vector<int64_t> matrix() {
  return fields(cells, true, row_start->address, gene->address, count->address, escape_start->address, escape_gene->address,
                escape_value->address);
}

const step kSteps[] = {
    {"row_scale", [] { return vc_cuda_row_scale(queue, matrix().data(), 1e4f, room->address); }},
    {"copy_structure", [] { return vc_cuda_copy_structure(queue, matrix().data(), room->address, room->address + 65536); }},
    {"log_normalize", [] { return vc_cuda_log_normalize(queue, matrix().data(), room->address, room->address + 65536); }},
    {"csr_dense", [] {
       return vc_cuda_csr_dense(queue, matrix().data(), room->address, 8, room->address, VC_F32, 0, VC_ACTIVATION_RELU, VC_FAST,
                                room->address + 65536);
     }},
    {"csr_transposed", [] {
       return vc_cuda_csr_transposed(queue, matrix().data(), room->address, 8, room->address, VC_FAST, room->address + 65536,
                                     room->address + 131072);
     }},
    {"group_sums, whole", [] {
       return vc_cuda_group_sums(queue, matrix().data(), 0, 2, group->address, 1, room->address, room->address + 65536,
                                 room->address + 131072, room->address + 196608);
     }},
    {"group_sums", [] {
       return vc_cuda_group_sums(queue, matrix().data(), room->address, 2, group->address, 0, room->address, room->address + 65536,
                                 room->address + 131072, room->address + 196608);
     }},
    {"allocate and release", [] {
       int64_t address = 0;
       const int32_t status = vc_cuda_allocate(queue, 64, VC_TAG_TENSOR, &address);
       return status ? status : vc_cuda_release(0, queue, address, 64, VC_TAG_TENSOR);
     }},
    {"put", [] {
       const float x[4] = {};
       return vc_cuda_put(queue, room->address, x, 0, 4, 4);
     }},
    {"get", [] {
       float x[4];
       return vc_cuda_get(queue, room->address, x, 0, 4, 4);
     }},
    {"synchronize", [] { return vc_cuda_synchronize(queue); }},
    {"mark and await", [] {
       int64_t mark = 0;
       int32_t status = vc_cuda_mark(queue, &mark);
       if (!status) status = vc_cuda_await(queue, mark);
       const int32_t released = vc_cuda_mark_release(mark);
       return status ? status : released;
     }},
    {"record and launch", [] {
       int64_t graph = 0;
       int32_t status = vc_cuda_capture_begin(queue);
       if (status) return status;
       status = vc_cuda_row_scale(queue, matrix().data(), 1e4f, room->address);
       const int32_t ended = vc_cuda_capture_end(queue, &graph);
       if (!status) status = ended;
       if (!status) status = vc_cuda_graph_launch(queue, graph);
       const int32_t released = vc_cuda_graph_release(graph);
       return status ? status : released;
     }},
    {"another queue", [] {
       int64_t other = 0;
       const int32_t status = vc_cuda_queue_open(0, 0, &other);
       return status ? status : vc_cuda_queue_close(other);
     }},
    {"facts", [] {
       int64_t facts[8];
       return vc_cuda_device_facts(0, facts);
     }},
};

#ifndef __CUDACC__
void free_what_was_refused(const std::unordered_map<void*, size_t>& before) {
  const auto now = vc_emulation::blocks;
  for (const auto& block : now)
    if (!before.count(block.first)) (void)cudaFree(block.first);
}

void each_call_fails_once() {
  int64_t before = 0, after = 0;
  must(vc_cuda_allocated(0, -1, &before), "held");
  for (const step& s : kSteps) {
    must(s.run(), std::string(s.name) + " without a failure");
    const size_t used = vc_emulation::device_used.load();
    const auto blocks = vc_emulation::blocks;
    int calls = 0;
    for (bool reached = true; reached && calls < 100; ++calls) {
      vc_emulation::plant(calls, cudaErrorLaunchFailure);
      const int32_t status = s.run();
      reached = vc_emulation::calls_until_failure < 0;
      vc_emulation::heal();
      (void)vc_cuda_synchronize(queue);
      const std::string what = std::string(s.name) + ", call " + std::to_string(calls) + " fails: ";
      // asking the pool for memory has a second way, plain cudaMalloc; so has giving it back
      const bool second_way = std::strcmp(s.name, "allocate and release") == 0;
      if (reached && !second_way) expect(status == VC_DEVICE_FAILED, what + "status " + std::to_string(status));
      if (reached && status)
        expect(std::strlen(vc_cuda_error_text()) > 10 && std::strstr(vc_cuda_error_text(), "fail"), what + vc_cuda_error_text());
      if (!reached) expect(status == VC_OK, what + vc_cuda_error_text());
      if (status && std::strstr(vc_cuda_error_text(), "cudaFree")) free_what_was_refused(blocks);
      expect(vc_emulation::device_used.load() == used, what + "device memory is left behind");
      must(s.run(), what + "and again without a failure");
    }
    expect(calls > 1 && calls < 100, std::string(s.name) + ": calls were seen to fail");
  }
  must(vc_cuda_allocated(0, -1, &after), "held");
  expect(before == after, "bytes are counted through failures");
}

void a_lost_device_stays_an_error() {
  must(vc_cuda_device_alive(0), "alive");
  vc_emulation::plant(0, cudaErrorLaunchFailure, true);
  for (const step& s : kSteps) expect(s.run() == VC_DEVICE_FAILED, std::string(s.name) + " on a lost device");
  expect(vc_cuda_device_alive(0) == VC_DEVICE_FAILED, "a lost device is not alive");
  vc_emulation::heal();
  must(vc_cuda_synchronize(queue), "healed");
}

void a_full_device_names_the_numbers() {
  vc_emulation::plant(0, cudaErrorMemoryAllocation);
  int64_t address = 0;
  expect(vc_cuda_allocate(queue, 123456, VC_TAG_TENSOR, &address) == VC_OUT_OF_MEMORY && address == 0, "refused memory");
  vc_emulation::heal();
  const char* text = vc_cuda_error_text();
  expect(std::strstr(text, "123456") && std::strstr(text, "free"), text);
}
#endif

void prepare() {
  cells = make_case("failures", 30, 40, 8, 0.3, 2);
  row_start = new on_device<int64_t>(cells.row_start);
  gene = new on_device<uint16_t>(cells.gene16);
  count = new on_device<uint8_t>(cells.count);
  escape_start = new on_device<int64_t>(cells.escape_start);
  escape_gene = new on_device<uint16_t>(cells.escape_gene);
  escape_value = new on_device<int32_t>(cells.escape_value);
  group = new on_device<int32_t>(cells.group);
  room = new on_device<char>(std::vector<char>(262144));
}

void nothing_to_compare(memory_of_results&) {}

void wrong_arguments() {
  for (const step& s : kSteps) must(s.run(), s.name);
  const std::vector<int64_t> x = matrix();
  expect(vc_cuda_row_scale(0, x.data(), 1, room->address) == VC_INVALID, "no queue");
  expect(vc_cuda_row_scale(queue, nullptr, 1, room->address) == VC_INVALID, "no matrix");
  expect(vc_cuda_csr_dense(queue, x.data(), 0, 8, 0, VC_F32, 0, 0, VC_EXACT, room->address) == VC_INVALID, "no weights");
  expect(vc_cuda_csr_dense(queue, x.data(), 0, 8, room->address, 7, 0, 0, VC_EXACT, room->address) == VC_INVALID, "no such type");
  expect(vc_cuda_csr_dense(queue, x.data(), 0, 8, room->address, VC_F32, 0, 9, VC_EXACT, room->address) == VC_INVALID,
         "no such activation");
  expect(vc_cuda_csr_transposed(queue, x.data(), 0, 8, room->address, VC_EXACT, 0, room->address) == VC_INVALID, "no scratch");
  expect(vc_cuda_group_sums(queue, x.data(), 0, 2, 0, 1, room->address, 0, 0, 0) == VC_INVALID, "no outputs");
  int64_t none = 0;
  expect(vc_cuda_queue_open(-1, 0, &none) == VC_INVALID, "no such device");
}

void mistakes() {
  prepare();
  wrong_arguments();
#ifndef __CUDACC__
  each_call_fails_once();
  a_lost_device_stays_an_error();
  a_full_device_names_the_numbers();
#endif
  delete row_start;
  delete gene;
  delete count;
  delete escape_start;
  delete escape_gene;
  delete escape_value;
  delete group;
  delete room;
}

const family failures_family{"failures", nothing_to_compare, mistakes};

}  // namespace
