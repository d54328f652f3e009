#pragma once
#include <stddef.h>
#include <string.h>
// The files of config/catalog, byte for byte, in the order of catalog.c, each followed by a NUL.
extern const unsigned char *const genlock_catalog;
extern const size_t genlock_catalog_size;
// The vendors that are described by data, from config/vendors, in the same form and in the order of vendors.c.
extern const unsigned char *const genlock_vendors;
extern const size_t genlock_vendors_size;
// The length of the file that begins there.
static inline size_t genlock_catalog_length(const unsigned char *file) { return strlen((const char *)file); }
