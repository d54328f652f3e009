/// How the answer to a create is delivered.
package enum Delivery: Sendable, Equatable {
    /// The answer is an id; the video is fetched later.
    case asynchronous
    /// The answer comes when the job ends.
    case synchronous(Heartbeat)

    package enum Heartbeat: Sendable, Equatable {
        /// Nothing is sent before the end (LTX v1: the answer is the video itself).
        case silent
        /// Status 200 at once, then a space every three seconds until the JSON (ImageRouter).
        case spaces
    }

    /// The form of a synchronous answer.
    package enum Content: String, Sendable { case json, video, base64 }
}
