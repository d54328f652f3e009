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
    ]

    /// The vendor of that name or alias.
    package static func vendor(_ name: String) -> (any Vendor)? {
        vendors.first { $0.card.name == name } ?? vendors.first { $0.card.aliases.contains(name) }
    }
}
