import Catalog
import Jobs

/// Every upstream API that is spoken.
package enum Registry {
    package static let vendors: [any Vendor] = written + declared

    /// The vendors that are described by data: config/vendors, embedded by Sources/CCatalog/vendors.c.
    package static let declared: [DeclaredVendor] = CatalogFile.shippedVendors.map { file in
        do throws(CatalogError) {
            return try DeclaredVendor(file)
        } catch {
            preconditionFailure("\(error)")
        }
    }

    /// The vendors that have a Swift file: one line each.
    private static let written: [any Vendor] = [
        Ark.bytePlus,
        Ark.volcengine,
        Bedrock(),
        BlackForestLabs(),
        DashScope(),
        Decart(),
        Fal(),
        Google(),
        GoogleVertex(),
        ImageRouter(),
        Jimeng(),
        Kling(),
        Kling.Legacy(),
        LTX(),
        LumaAgents(),
        MiniMaxV1(),
        MiniMaxV2(),
        OpenAICompatible(),
        OpenRouter(),
        PixVerse(),
        Qianfan(),
        Replicate(),
        Runway(),
        Segmind(),
        Siraya(),
        TencentVCLM(),
        Vidu(),
        XAI(),
    ]

    /// The price lists that vendors publish for programs, by vendor.
    package static let priceLists: [String: any PriceList] = [
        "aimlapi": AIMLAPIPrices(), "fal": Fal(), "openrouter": OpenRouter(), "wavespeed": WaveSpeedPrices(),
    ]

    /// The vendor of that name or alias.
    package static func vendor(_ name: String) -> (any Vendor)? {
        vendors.first { $0.card.name == name } ?? vendors.first { $0.card.aliases.contains(name) }
    }
}
