#pragma once
#include <stdbool.h>
#include <stdint.h>

/// Begins counting at zero.
void allocation_counter_start(void);
/// Ends counting and hands out the number of allocations and the bytes asked for, of all threads.
void allocation_counter_stop(uint64_t *count, uint64_t *bytes);
/// Whether anything is counted on this platform.
bool allocation_counter_is_available(void);

/// Returns its argument; the compiler sees neither that nor that it could be left out.
int64_t opaque_identity(int64_t value);
/// Uses a value up, so that its computation cannot be left out.
void consume_value(int64_t value);
