#include "CCatalog.h"

// One line a vendor. The compiler notes each file as a dependency, so that editing it rebuilds this one.
static const unsigned char files[] = {
#embed "../../config/catalog/aliases.json" suffix(, 0,)
#embed "../../config/catalog/ark.json" suffix(, 0,)
#embed "../../config/catalog/dashscope.json" suffix(, 0,)
#embed "../../config/catalog/fal.json" suffix(, 0,)
#embed "../../config/catalog/google-vertex.json" suffix(, 0,)
#embed "../../config/catalog/google.json" suffix(, 0,)
#embed "../../config/catalog/jimeng.json" suffix(, 0,)
#embed "../../config/catalog/kling-legacy.json" suffix(, 0,)
#embed "../../config/catalog/kling.json" suffix(, 0,)
#embed "../../config/catalog/ltx.json" suffix(, 0,)
#embed "../../config/catalog/luma-agents.json" suffix(, 0,)
#embed "../../config/catalog/minimax-v1.json" suffix(, 0,)
#embed "../../config/catalog/minimax-v2.json" suffix(, 0,)
#embed "../../config/catalog/modelark.json" suffix(, 0,)
#embed "../../config/catalog/openai-compatible.json" suffix(, 0,)
#embed "../../config/catalog/openrouter.json" suffix(, 0,)
#embed "../../config/catalog/replicate.json" suffix(, 0,)
#embed "../../config/catalog/runway.json" suffix(, 0,)
#embed "../../config/catalog/test.json" suffix(, 0,)
#embed "../../config/catalog/vidu.json" suffix(, 0,)
#embed "../../config/catalog/xai.json" suffix(, 0,)
};
const unsigned char *const genlock_catalog = files;
const size_t genlock_catalog_size = sizeof files;
