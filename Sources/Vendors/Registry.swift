import Jobs

/// Every upstream API that is spoken: one line a vendor.
package enum Registry {
    package static let vendors: [any Vendor] = [
        Ark.volcengine,
        Ark.bytePlus,
        DashScope(),
        Fal(),
        Google(),
        GoogleVertex(),
        Kling(),
        Kling.Legacy(),
        OpenAICompatible(),
    ]

    /// The vendor of that name or alias.
    package static func vendor(_ name: String) -> (any Vendor)? {
        vendors.first { $0.card.name == name } ?? vendors.first { $0.card.aliases.contains(name) }
    }
}
