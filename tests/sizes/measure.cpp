// Runs a login on canned bytes and prints what it took: heap in bytes and allocations, and stack.
// Everything the C API allocates goes through operator new, which is counted here.
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <new>

#include "../c_api/canned_login.h"

namespace {

struct Heap {
  long live = 0;
  long peak = 0;
  long allocations = 0;
};

Heap heap;
Heap at_poll;            // as a poll begins
long pending_bytes = 0;  // while a login waits for the person
Heap one_poll;           // above what the login keeps
int polls = 0;

// The size of a block stands in front of it.
constexpr std::size_t kFront = alignof(std::max_align_t);

void at(canned_moment moment) {
  switch (moment) {
    case CANNED_CODES_SHOWN: break;
    case CANNED_POLL_BEGINS:
      if (polls == 1) pending_bytes = heap.live;
      at_poll = heap;
      heap.peak = heap.live;
      break;
    case CANNED_POLL_ANSWERED:
      ++polls;
      if (polls == 2) {  // the first may still be settling in
        one_poll.peak = heap.peak - at_poll.live;
        one_poll.allocations = heap.allocations - at_poll.allocations;
      }
      if (heap.peak < at_poll.peak) heap.peak = at_poll.peak;
      break;
  }
}

// The stack below this frame is painted; what the login leaves of the paint it did not use.
constexpr std::size_t kStack = 48 * 1024;
constexpr unsigned char kPaint = 0xA5;

__attribute__((noinline)) void paint() {
  volatile unsigned char area[kStack];
  for (std::size_t i = 0; i < kStack; ++i) area[i] = kPaint;
}

__attribute__((noinline)) std::size_t used() {
  volatile unsigned char area[kStack];
  __asm__ __volatile__("" : : "r"(&area) : "memory");
  std::size_t clean = 0;
  while (clean < kStack && area[clean] == kPaint) ++clean;
  return kStack - clean;
}

}  // namespace

void* operator new(std::size_t size) {
  auto* block = static_cast<unsigned char*>(std::malloc(size + kFront));
  if (block == nullptr) std::abort();
  *reinterpret_cast<std::size_t*>(block) = size;
  ++heap.allocations;
  heap.live += static_cast<long>(size);
  if (heap.live > heap.peak) heap.peak = heap.live;
  return block + kFront;
}
void operator delete(void* block) noexcept {
  if (block == nullptr) return;
  unsigned char* front = static_cast<unsigned char*>(block) - kFront;
  heap.live -= static_cast<long>(*reinterpret_cast<std::size_t*>(front));
  std::free(front);
}
void operator delete(void* block, std::size_t) noexcept {
  operator delete(block);
}

int main() {
  if (canned_login(nullptr) != 0) return 1;  // what is made once is made now
  heap = Heap();
  paint();
  const int wrong = canned_login(nullptr);
  const std::size_t stack = used();
  heap = Heap();
  const int again = canned_login(at);
  if (wrong != 0 || again != 0 || heap.live != 0) return 1;
  std::printf("heap_peak %ld\nallocations %ld\n", heap.peak, heap.allocations);
  std::printf("poll_heap_peak %ld\npoll_allocations %ld\n", one_poll.peak, one_poll.allocations);
  std::printf("pending_bytes %ld\nstack %lu\n", pending_bytes, static_cast<unsigned long>(stack));
  return 0;
}
