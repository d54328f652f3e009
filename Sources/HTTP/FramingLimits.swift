import Wire

/// The limits that the parsers use. A parser keeps these few instead of all `Limits`, because every idle connection has one.
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
