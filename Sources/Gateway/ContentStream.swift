import Wire

/// The opened bytes of one asset: the head of an answer, and a source that is read as fast as the client reads.
final class ContentStream {
    let status: Int
    var headers: Headers
    /// In bytes; nil if it is known only at the end.
    private(set) var length: Int64?
    /// Pieces that were read ahead.
    private var ahead: [Slice] = []
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
    func next() async throws -> Slice? {
        guard ahead.isEmpty else { return ahead.removeFirst() }
        return try await pull()
    }

    /// Closes the source. Bytes that were not read are lost.
    func close() { end() }

    /// Sets a length that the source did not report.
    func setLength(_ length: Int64) { self.length = length }

    /// Reads a bounded number of bytes ahead. If the stream ends within them, its length is known.
    func readAhead(_ bytes: Int) async throws {
        var count = ahead.reduce(0) { $0 + $1.count }
        while count < bytes {
            guard let piece = try await pull() else {
                length = Int64(count)
                return
            }
            guard !piece.isEmpty else { continue }
            ahead.append(piece)
            count += piece.count
        }
    }

    /// The entity tag and date of these bytes.
    var tag: EntityTag? { headers[.etag].flatMap { EntityTag(field: $0) } }
    var lastModified: Timestamp? { headers[.lastModified].flatMap { Timestamp(httpDate: $0) } }
}
