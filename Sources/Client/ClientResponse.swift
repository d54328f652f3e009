import HTTP
import Net
import Wire

/// An answer whose body is read when asked for: not reading is the back-pressure.
package final class ClientResponse {
    package let status: Int
    package let headers: Headers
    private let connection: Connection
    private var inflater: Inflater?
    private var compressedInput: Slice = []
    /// Why the body cannot be understood. It is told again to whoever asks again.
    private var bodyError: ClientError?

    init(_ head: ResponseHead, _ connection: Connection, limits: Limits) {
        status = head.status
        headers = head.headers
        self.connection = connection
        switch ContentCoding(head.headers) {
        case .identity: inflater = nil
        case .compressed(let coding): inflater = Inflater(coding, limit: limits.maxInflatedBytes, ratio: limits.maxInflateRatio)
        case .unknown(let name):
            inflater = nil
            // The status alone may be all that is wanted: it is the body that cannot be read.
            if head.body != .none { bodyError = ClientError(.encoding, neverArrived: false, "content-encoding \(name.prefix(40))") }
        }
    }

    /// The next piece of the body, `content-encoding` undone; nil at its end.
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
    /// - Throws: `.tooLarge` beyond `limit` bytes; at once where the answer says that there are more. `.timeout` if more comes after the
    ///   deadline.
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

    /// Gives the answer up; the connection is closed unless the rest of the body is here already.
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
