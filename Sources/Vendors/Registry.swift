import Jobs

/// Every upstream API that is spoken: one line a vendor.
package enum Registry {
    package static let vendors: [any Vendor] = [
        Ark.bytePlus,
        Ark.volcengine,
        DashScope(),
        Fal(),
        Google(),
        GoogleVertex(),
        Jimeng(),
        Kling(),
        Kling.Legacy(),
        LTX(),
        LumaAgents(),
        MiniMaxV1(),
        MiniMaxV2(),
        OpenAICompatible(),
        OpenRouter(),
        Replicate(),
        Runway(),
        Vidu(),
        XAI(),
    ]

    /// The vendor of that name or alias.
    package static func vendor(_ name: String) -> (any Vendor)? {
        vendors.first { $0.card.name == name } ?? vendors.first { $0.card.aliases.contains(name) }
    }
}
