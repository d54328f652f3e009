#pragma once
#include <stddef.h>
// The catalog files of config/catalog, embedded byte for byte. One entry a vendor, in the order of catalog.c.
typedef struct { const char *name; const unsigned char *bytes; size_t count; } genlock_catalog_file;
extern const genlock_catalog_file genlock_catalog_files[];
extern const size_t genlock_catalog_file_count;
