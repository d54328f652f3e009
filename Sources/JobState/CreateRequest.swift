import Crypto
import Jobs
import Seal
import Wire

/// A create request with its owner and the data that identifies a repetition of it.
package struct CreateRequest: Sendable {
    package let owner: Owner
    package let requestID: String
    package let request: Request
    /// The client's own key (`Idempotency-Key`).
    package let key: String?
    /// SHA-256 of path, query and body. Nil if nothing shows that this client repeats requests: equal requests are then separate jobs.
    package let digest: Digest?
    /// The retry count that the SDK reports.
    package let retries: Int

    /// - Throws: `.invalid` for a key that is empty or too long.
    package init(_ request: Request, from owner: Owner, requestID: String, limits: Limits) async throws(Fault) {
        self.owner = owner
        self.requestID = requestID
        self.request = request
        key = request.headers[.idempotencyKey]
        if let key, !(1...limits.maxIdempotencyKeyBytes).contains(key.utf8.count) {
            throw Fault(
                .invalid, "An Idempotency-Key has 1 to \(limits.maxIdempotencyKeyBytes) characters.", param: "Idempotency-Key",
                code: "invalid_idempotency_key")
        }
        let count = request.headers["x-stainless-retry-count"]
        retries = count.flatMap { Int($0) } ?? 0
        digest = key == nil && count == nil ? nil : await CreateRequest.digest(of: request)
    }

    /// Excludes the multipart boundary: SDKs generate a new one each time they send the same form.
    private static func digest(of request: Request) async -> Digest {
        var hash = SHA256()
        hash.update(Bytes("\(request.path)\n\(request.query.encoded)\n".utf8)[...])
        var rest = request.body
        let boundary = boundary(of: request.headers)
        while !rest.isEmpty {
            // A long body is hashed in steps, so that the loop can serve other requests in between.
            var piece = rest.prefix(step)
            if let boundary, let place = piece.firstIndex(of: boundary, from: piece.startIndex) {
                piece = piece[..<place]
                rest = rest[(place + boundary.count)...]
                hash.update(piece)
                hash.update([0])
            } else {
                // A boundary may start at the end of the piece.
                let overlap = boundary.map { rest.count > step ? $0.count - 1 : 0 } ?? 0
                piece = piece.dropLast(overlap)
                rest = rest[piece.endIndex...]
                hash.update(piece)
            }
            if piece.count >= step / 2 { await Task.yield() }
        }
        return hash.finish()
    }

    private static func boundary(of headers: Headers) -> Bytes? {
        guard let field = headers[.contentType], MediaType(field: field) == .multipart, let start = field.firstRange(of: "boundary=") else {
            return nil
        }
        let text = field[start.upperBound...]
        let value = text.first == "\"" ? text.dropFirst().prefix { $0 != "\"" } : text.prefix { $0 != ";" && $0 != " " }
        return value.isEmpty ? nil : Bytes(value.utf8)
    }

    private static let step = 1 << 20
}
