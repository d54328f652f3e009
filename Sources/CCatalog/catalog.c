#include "CCatalog.h"

// One line a vendor: the identifier and the file's name in config/catalog.
#define CATALOG(X)

#define ENTRY(id) {#id, 0, 0},
const genlock_catalog_file genlock_catalog_files[] = { {0, 0, 0} };
const size_t genlock_catalog_file_count = 0;
