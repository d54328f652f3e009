import Wire

/// The bytes of one asset, opened: the head of an answer and a source that is read as fast as the client takes it.
final class Clip {
    let status: Int
    var headers: Headers
    /// Nil where it is known only at the end.
    let length: Int64?
    private let pull: () async throws -> Slice?
    private let end: () -> Void

    init(status: Int, headers: Headers, length: Int64?, end: @escaping () -> Void = {}, pull: @escaping () async throws -> Slice?) {
        self.status = status
        self.headers = headers
        self.length = length
        self.pull = pull
        self.end = end
    }

    /// The next piece; nil at the end.
    func next() async throws -> Slice? { try await pull() }

    /// Gives up what has not been read.
    func close() { end() }
}
