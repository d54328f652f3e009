import Jobs

/// Every upstream API that is spoken: one line a vendor.
package enum Registry {
    package static let vendors: [any Vendor] = [
        AIMLAPI(),
        Bedrock(),
        Decart(),
        Fal(),
        Google(),
        ImageRouter(),
        Kie(),
        LTX(),
        Novita(),
        OpenAICompatible(),
        Qianfan(),
        Segmind(),
        SiliconFlow(),
        Siray(),
        Siraya(),
        TencentVCLM(),
        Zhipu.abroad,
        Zhipu.china,
        Ark.bytePlus,
        Ark.volcengine,
        BlackForestLabs(),
        DashScope(),
        Fal(),
        Google(),
        GoogleVertex(),
        ImageRouter(),
        Jimeng(),
        Kling(),
        Kling.Legacy(),
        LTX(),
        Luma(),
        LumaAgents(),
        MiniMaxV1(),
        MiniMaxV2(),
        OpenAICompatible(),
        OpenRouter(),
        PixVerse(),
        Replicate(),
        Runway(),
        Siray(),
        Siraya(),
        Together(),
        Vidu(),
        WaveSpeed(),
        XAI(),
    ]

    /// The vendor of that name or alias.
    package static func vendor(_ name: String) -> (any Vendor)? {
        vendors.first { $0.card.name == name } ?? vendors.first { $0.card.aliases.contains(name) }
    }
}
