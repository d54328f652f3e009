#include "CCatalog.h"

// One line a vendor. The compiler notes each file as a dependency, so that editing it rebuilds this one.
static const unsigned char files[] = {
#embed "../../config/vendors/aimlapi.json" suffix(, 0,)
#embed "../../config/vendors/kie.json" suffix(, 0,)
#embed "../../config/vendors/luma.json" suffix(, 0,)
#embed "../../config/vendors/novita.json" suffix(, 0,)
#embed "../../config/vendors/siliconflow.json" suffix(, 0,)
#embed "../../config/vendors/siray.json" suffix(, 0,)
#embed "../../config/vendors/skyreels.json" suffix(, 0,)
#embed "../../config/vendors/together.json" suffix(, 0,)
#embed "../../config/vendors/wavespeed.json" suffix(, 0,)
#embed "../../config/vendors/zai.json" suffix(, 0,)
#embed "../../config/vendors/zhipu.json" suffix(, 0,)
};
const unsigned char *const genlock_vendors = files;
const size_t genlock_vendors_size = sizeof files;
