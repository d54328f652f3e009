import Jobs

/// Every upstream API that is spoken: one line a vendor.
package enum Registry {
    package static let vendors: [any Vendor] = [
        Ark.bytePlus,
        Ark.volcengine,
        DashScope(),
        Fal(),
        Google(),
        Jimeng(),
        GoogleVertex(),
        Kling(),
        Kling.Legacy(),
        LTX(),
        LumaAgents(),
        OpenAICompatible(),
        OpenRouter(),
        Replicate(),
        Runway(),
        XAI(),
        MiniMaxV2(),
        MiniMaxV1(),
        OpenAICompatible(),
        Vidu(),
    ]

    /// The vendor of that name or alias.
    package static func vendor(_ name: String) -> (any Vendor)? {
        vendors.first { $0.card.name == name } ?? vendors.first { $0.card.aliases.contains(name) }
    }
}
