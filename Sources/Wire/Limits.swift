/// Every bound of the program, in one table. Sizes are bytes; times are `Duration`. The configuration may change each of them.
package struct Limits: Sendable, Equatable {
    package init() {}

    // Requests to us
    /// Request line and header fields together.
    package var headBytes = 32 * 1024
    /// Header fields of one message.
    package var headerFields = 100
    /// Time from the first byte of a head to its end.
    package var headTime: Duration = .seconds(20)
    /// Longest pause between two pieces of a request body.
    package var bodyPause: Duration = .seconds(30)
    /// A keep-alive connection with no request.
    package var idleTime: Duration = .seconds(75)
    /// A request body as a whole: images travel inside JSON as data URIs.
    package var bodyBytes = 96 * 1024 * 1024
    /// Grace after SIGTERM for what is in flight.
    package var drainTime: Duration = .seconds(30)

    // JSON
    package var jsonDepth = 64
    package var jsonNodes = 1 << 20

    // Calls to vendors
    package var lookupTime: Duration = .seconds(5)
    package var connectTime: Duration = .seconds(10)
    /// From the last byte of a request to the first of the answer's head.
    package var firstByteTime: Duration = .seconds(120)
    /// Longest pause between two pieces of an answer.
    package var answerPause: Duration = .seconds(60)
    /// A JSON answer of a vendor, read whole.
    package var answerBytes = 4 * 1024 * 1024
    /// Idle upstream connections kept for one origin and loop.
    package var idleUpstream = 32
    /// How long an idle upstream connection is kept.
    package var idleUpstreamTime: Duration = .seconds(30)
    /// A picture, clip or sound fetched from a URL that a client names.
    package var fetchedBytes = 64 * 1024 * 1024
    package var redirects = 3

    // Job ids; promised to clients, so no configuration changes them
    /// A sealed id with its prefix: columns of 255 characters are common.
    package static let idCharacters = 255
    /// Keys of one ring.
    package static let sealKeys = 16
}
