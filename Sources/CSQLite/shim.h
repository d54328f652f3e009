#pragma once
#include <sqlite3.h>

// Variadic, which Swift cannot call. To be called before the first connection.
static inline int sqlite3_without_memory_count(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }
