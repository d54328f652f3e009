import Wire

/// The bounds that the codecs keep. A parser holds these few and not the whole table: there is one parser for each idle connection.
struct FramingLimits {
    let maxHeaderBytes: Int
    let maxBodyBytes: Int
    let maxHeaderFields: Int
    let maxMethodBytes: Int
    let maxTargetBytes: Int
    let maxChunkExtensionBytes: Int
    let maxTrailerBytes: Int
    let maxContinuationFrames: Int

    init(_ limits: Limits) {
        maxHeaderBytes = limits.maxHeaderBytes
        maxBodyBytes = limits.maxBodyBytes
        maxHeaderFields = limits.maxHeaderFields
        maxMethodBytes = limits.maxMethodBytes
        maxTargetBytes = limits.maxTargetBytes
        maxChunkExtensionBytes = limits.maxChunkExtensionBytes
        maxTrailerBytes = limits.maxTrailerBytes
        maxContinuationFrames = limits.maxContinuationFrames
    }
}
