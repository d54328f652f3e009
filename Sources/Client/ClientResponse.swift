import HTTP
import Net
import Wire

/// A response whose body is read on demand; not reading it applies back-pressure.
package final class ClientResponse {
    package let status: Int
    package let headers: Headers
    private let connection: Connection
    @exclusivity(unchecked) private var inflater: Inflater?
    @exclusivity(unchecked) private var compressedInput: Slice = []
    /// Why the body cannot be decoded. Every further read throws it.
    @exclusivity(unchecked) private var bodyError: ClientError?

    init(_ head: ResponseHead, _ connection: Connection, limits: Limits) {
        status = head.status
        headers = head.headers
        self.connection = connection
        switch ContentCoding(head.headers) {
        case .identity: inflater = nil
        case .compressed(let coding): inflater = Inflater(coding, limit: limits.maxInflatedBytes, ratio: limits.maxInflateRatio)
        case .unknown(let name):
            inflater = nil
            // The caller may only need the status: only reading the body fails.
            if head.body != .none { bodyError = ClientError(.encoding, neverArrived: false, "content-encoding \(name.prefix(40))") }
        }
    }

    /// The next piece of the decoded body; nil at its end.
    package func next() async throws(ClientError) -> Slice? {
        if let bodyError { throw bodyError }
        guard inflater != nil else { return try await connection.readPiece() }
        while true {
            do throws(Inflater.InflateError) {
                if let piece = try inflater!.next(&compressedInput) { return piece }
            } catch {
                throw fail(error == .tooLarge || error == .bomb ? .tooLarge : .encoding, error)
            }
            guard let piece = try await connection.readPiece() else {
                do throws(Inflater.InflateError) { try inflater!.finish() } catch { throw fail(.closedEarly, error) }
                return nil
            }
            compressedInput = piece
        }
    }

    /// The whole body.
    /// - Throws: `.tooLarge` beyond `limit` bytes, at once if `content-length` says so; `.timeout` if it is not complete by the deadline.
    package func collect(atMost limit: Int, by deadline: Instant = .never) async throws(ClientError) -> Slice {
        if inflater == nil, let length = headers[.contentLength].flatMap({ Int($0) }), length > limit { throw failTooLarge(limit) }
        var whole = Bytes()
        while let piece = try await next() {
            guard piece.count <= limit - whole.count else { throw failTooLarge(limit) }
            guard Instant.now < deadline else { throw ClientError(.timeout, neverArrived: false, "body: no end in time") }
            whole.append(contentsOf: piece)
        }
        return whole[...]
    }

    /// Discards the rest of the body. Closes the connection unless the rest has already been received.
    package func close() { connection.close() }

    private func failTooLarge(_ limit: Int) -> ClientError {
        connection.close()
        let failure = ClientError(.tooLarge, neverArrived: false, "more than \(limit) bytes")
        bodyError = failure
        return failure
    }

    private func fail(_ reason: ClientError.Reason, _ cause: Inflater.InflateError) -> ClientError {
        connection.close()
        let failure = ClientError(reason, neverArrived: false, "inflate: \(cause)")
        bodyError = failure
        return failure
    }
}

/// The content coding of a response body (`content-encoding`).
enum ContentCoding: Equatable {
    case identity
    case compressed(Inflater.Coding)
    case unknown(String)

    /// Values that servers send for uncompressed bodies: `none` and character sets by mistake, and `aws-chunked`, the framing of an upload
    /// that some object stores keep as if it described the object.
    private static let ignored: Set<String> = ["", "identity", "none", "utf-8", "aws-chunked"]

    init(_ headers: Headers) {
        let names = headers.values(.contentEncoding).flatMap { $0.lowercased().split(separator: ",", omittingEmptySubsequences: false) }
        let codings = names.map { String($0.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" }) }
            .filter { !ContentCoding.ignored.contains($0) }
        guard let coding = codings.first else {
            self = .identity
            return
        }
        switch coding {
        case "gzip" where codings.count == 1, "x-gzip" where codings.count == 1: self = .compressed(.gzip)
        case "deflate" where codings.count == 1: self = .compressed(.deflate)
        default: self = .unknown(codings.joined(separator: ", "))
        }
    }
}
