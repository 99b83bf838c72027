// Counts allocations by defining malloc and its relatives in the executable: they take precedence over the C library's
// for everything in the process, the Swift runtime included. glibc keeps the originals under reserved names.
#include "CAllocationCounter.h"
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>

static volatile int64_t consumed;
void consume_value(int64_t value) { consumed = value; }

__attribute__((noinline)) int64_t opaque_identity(int64_t value) {
  __asm__ volatile("" : "+r"(value));
  return value;
}

static atomic_bool is_counting;
static _Atomic uint64_t allocation_count, allocation_bytes;

void allocation_counter_start(void) {
  atomic_store(&allocation_count, 0);
  atomic_store(&allocation_bytes, 0);
  atomic_store(&is_counting, true);
}

void allocation_counter_stop(uint64_t *count, uint64_t *bytes) {
  atomic_store(&is_counting, false);
  *count = atomic_load(&allocation_count);
  *bytes = atomic_load(&allocation_bytes);
}

#ifdef __GLIBC__
bool allocation_counter_is_available(void) { return true; }

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static inline void record(size_t size) {
  if (__builtin_expect(atomic_load_explicit(&is_counting, memory_order_relaxed), 0)) {
    atomic_fetch_add_explicit(&allocation_count, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&allocation_bytes, size, memory_order_relaxed);
  }
}

void *malloc(size_t size) {
  record(size);
  return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
  record(count * size);
  return __libc_calloc(count, size);
}

void *realloc(void *pointer, size_t size) {
  record(size);
  return __libc_realloc(pointer, size);
}

void *memalign(size_t alignment, size_t size) {
  record(size);
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  record(size);
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
  record(size);
  void *pointer = __libc_memalign(alignment, size);
  if (!pointer) return ENOMEM;
  *result = pointer;
  return 0;
}
#else
bool allocation_counter_is_available(void) { return false; }
#endif
