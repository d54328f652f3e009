import Wire

/// An answer whose body is read when asked for: not reading is the back-pressure.
package final class Incoming {
    package let status: Int
    package let headers: Headers

    init(status: Int, headers: Headers) {
        self.status = status
        self.headers = headers
    }

    /// The next piece of the body, `content-encoding` undone; nil at its end.
    package func next() async throws(ClientFailure) -> Slice? { nil }

    /// The whole body.
    /// - Throws: `.tooLarge` beyond `limit` bytes.
    package func collect(atMost limit: Int) async throws(ClientFailure) -> Slice { [] }

    /// Gives the answer up; the connection is closed unless the body has ended.
    package func close() {}
}
