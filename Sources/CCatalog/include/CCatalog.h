#pragma once
#include <stddef.h>
// The files of config/catalog, byte for byte, in the order of catalog.c, each followed by a NUL.
extern const unsigned char *const genlock_catalog;
extern const size_t genlock_catalog_size;
