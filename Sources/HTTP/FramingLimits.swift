import Wire

/// The bounds that the codecs keep. A parser holds these few and not the whole table: there is one parser for each idle connection.
struct FramingLimits {
    let headBytes: Int
    let bodyBytes: Int
    let headerFields: Int
    let methodBytes: Int
    let targetBytes: Int
    let chunkExtensionBytes: Int
    let trailerBytes: Int
    let continuations: Int

    init(_ limits: Limits) {
        headBytes = limits.headBytes
        bodyBytes = limits.bodyBytes
        headerFields = limits.headerFields
        methodBytes = limits.methodBytes
        targetBytes = limits.targetBytes
        chunkExtensionBytes = limits.chunkExtensionBytes
        trailerBytes = limits.trailerBytes
        continuations = limits.continuations
    }
}
