// The threads of an emulated block: fibres, each with a stack of its own, on one operating-system thread.
//
// A fibre hands over to the next one directly (a dozen instructions on x86-64, swapcontext elsewhere) and to the scheduler
// when its round is over. Sanitizers are told of every change. Under ThreadSanitizer each fibre counts as a thread that
// shares nothing but what barriers and __syncwarp order: two threads of a block, or of two blocks, that touch the same
// memory without such an order are a data race, whatever the order they happened to run in.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <exception>
#include <memory>
#if !defined(__x86_64__)
#include <ucontext.h>
#endif
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
extern "C" void AnnotateIgnoreReadsBegin(const char* file, int line);
extern "C" void AnnotateIgnoreReadsEnd(const char* file, int line);
extern "C" void AnnotateIgnoreWritesBegin(const char* file, int line);
extern "C" void AnnotateIgnoreWritesEnd(const char* file, int line);
#endif

namespace vc_emulation {

constexpr size_t kStackBytes = 64 << 10;

// ---- what ThreadSanitizer is told; nothing without it ----

/// The emulation's own bookkeeping, which fibres do share, is not looked at.
struct unwatched {
#if defined(__SANITIZE_THREAD__)
  unwatched() {
    AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
    AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
  }
  ~unwatched() {
    AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
    AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
  }
#else
  unwatched() {}
#endif
  unwatched(const unwatched&) = delete;
  unwatched& operator=(const unwatched&) = delete;
};

/// What comes before `gives` on one fibre comes before what follows `takes` of the same address on another.
inline void gives([[maybe_unused]] void* order) {
#if defined(__SANITIZE_THREAD__)
  __tsan_release(order);
#endif
}
inline void takes([[maybe_unused]] void* order) {
#if defined(__SANITIZE_THREAD__)
  __tsan_acquire(order);
#endif
}

// ---- changing from one stack to another ----

/// A place to come back to: the scheduler's own stack, or a fibre's.
struct context {
#if defined(__x86_64__)
  void* top = nullptr;  // of the stack while somebody else runs
#else
  ucontext_t place{};
#endif
  const void* stack = nullptr;  // null for the scheduler's
  size_t bytes = 0;
  void* fake_stack = nullptr;  // AddressSanitizer's
  void* thread = nullptr;      // ThreadSanitizer's
};

#if defined(__x86_64__)
/// Saves what the calling convention keeps, puts the stack's top where the first argument says, goes on where the second was.
__attribute__((naked, noipa, unused)) static void change_stack(void** /* from */, void* /* to */) {
  asm("pushq %rbp\n\tpushq %rbx\n\tpushq %r12\n\tpushq %r13\n\tpushq %r14\n\tpushq %r15\n\t"
      "movq %rsp, (%rdi)\n\tmovq %rsi, %rsp\n\t"
      "popq %r15\n\tpopq %r14\n\tpopq %r13\n\tpopq %r12\n\tpopq %rbx\n\tpopq %rbp\n\tret");
}
#endif

/// A new fibre on `stack` that begins in `main`, which never returns.
inline void prepare(context& c, char* stack, void (*main)()) {
#if defined(__SANITIZE_ADDRESS__)
  __asan_unpoison_memory_region(stack, kStackBytes);  // of the frames a failed kernel left
#endif
#if defined(__x86_64__)
  auto** top = reinterpret_cast<void**>(reinterpret_cast<uintptr_t>(stack + kStackBytes) & ~uintptr_t(15));
  *--top = nullptr;  // where main would return to
  *--top = reinterpret_cast<void*>(main);
  for (int i = 0; i < 6; ++i) *--top = nullptr;
  c.top = top;
#else
  getcontext(&c.place);
  c.place.uc_stack.ss_sp = stack;
  c.place.uc_stack.ss_size = kStackBytes;
  c.place.uc_link = nullptr;
  makecontext(&c.place, main, 0);
#endif
  c.stack = stack;
  c.bytes = kStackBytes;
  c.fake_stack = nullptr;
#if defined(__SANITIZE_THREAD__)
  c.thread = __tsan_create_fiber(0);  // a fibre that a failed kernel left behind is not ended, so it is not reused
#endif
}

/// Says that the present fibre has arrived; first thing after every change.
inline void arrived([[maybe_unused]] context& me, [[maybe_unused]] context& home) {
#if defined(__SANITIZE_ADDRESS__)
  const void* from = nullptr;
  size_t bytes = 0;
  __sanitizer_finish_switch_fiber(me.fake_stack, &from, &bytes);
  if (!home.stack) {  // the first change of all comes from the scheduler
    home.stack = from;
    home.bytes = bytes;
  }
#endif
}

/// Leaves `from` and goes on at `to`; returns when somebody comes back.
inline void change(context& from, context& to, [[maybe_unused]] context& home) {
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_start_switch_fiber(&from.fake_stack, to.stack, to.bytes);
#endif
#if defined(__SANITIZE_THREAD__)
  __tsan_switch_to_fiber(to.thread, __tsan_switch_to_fiber_no_sync);
#endif
#if defined(__x86_64__)
  change_stack(&from.top, to.top);
#else
  swapcontext(&from.place, &to.place);
#endif
  arrived(from, home);
}

/// The stacks of all fibres of one operating-system thread.
struct stacks {
  explicit stacks(size_t fibres) : memory(new char[kStackBytes * fibres]) {}
  char* of(size_t fibre) { return memory.get() + fibre * kStackBytes; }
  std::unique_ptr<char[]> memory;
};

}  // namespace vc_emulation
