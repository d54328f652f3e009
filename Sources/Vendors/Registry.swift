import Jobs

/// Every upstream API that is spoken: one line a vendor.
package enum Registry {
    package static let vendors: [any Vendor] = [
        AIMLAPI(),
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
        Kie(),
        Kling(),
        Kling.Legacy(),
        LTX(),
        Luma(),
        LumaAgents(),
        MiniMaxV1(),
        MiniMaxV2(),
        Novita(),
        OpenAICompatible(),
        OpenRouter(),
        PixVerse(),
        Qianfan(),
        Replicate(),
        Runway(),
        Segmind(),
        SiliconFlow(),
        Siray(),
        Siraya(),
        SkyReels(),
        TencentVCLM(),
        Together(),
        Vidu(),
        WaveSpeed(),
        XAI(),
        Zhipu.abroad,
        Zhipu.china,
    ]

    /// The vendor of that name or alias.
    package static func vendor(_ name: String) -> (any Vendor)? {
        vendors.first { $0.card.name == name } ?? vendors.first { $0.card.aliases.contains(name) }
    }
}
