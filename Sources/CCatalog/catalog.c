#include "CCatalog.h"

// One line a vendor. The compiler notes each file as a dependency, so that editing it rebuilds this one.
static const unsigned char files[] = {
#embed "../../config/catalog/aimlapi.json" suffix(, 0,)
#embed "../../config/catalog/aws-bedrock.json" suffix(, 0,)
#embed "../../config/catalog/baidu-qianfan.json" suffix(, 0,)
#embed "../../config/catalog/decart.json" suffix(, 0,)
#embed "../../config/catalog/fal.json" suffix(, 0,)
#embed "../../config/catalog/google.json" suffix(, 0,)
#embed "../../config/catalog/imagerouter.json" suffix(, 0,)
#embed "../../config/catalog/kie.json" suffix(, 0,)
#embed "../../config/catalog/ltx.json" suffix(, 0,)
#embed "../../config/catalog/novita.json" suffix(, 0,)
#embed "../../config/catalog/openai-compatible.json" suffix(, 0,)
#embed "../../config/catalog/segmind.json" suffix(, 0,)
#embed "../../config/catalog/siliconflow.json" suffix(, 0,)
#embed "../../config/catalog/siray.json" suffix(, 0,)
#embed "../../config/catalog/siraya.json" suffix(, 0,)
#embed "../../config/catalog/tencent-vclm.json" suffix(, 0,)
#embed "../../config/catalog/test.json" suffix(, 0,)
#embed "../../config/catalog/zai.json" suffix(, 0,)
#embed "../../config/catalog/zhipu.json" suffix(, 0,)
};
const unsigned char *const genlock_catalog = files;
const size_t genlock_catalog_size = sizeof files;
