import HTTP
import Net
import Wire

/// An answer whose body is read when asked for: not reading is the back-pressure.
package final class Incoming {
    package let status: Int
    package let headers: Headers
    private let connection: Connection
    private var inflater: Inflater?
    private var packed: Slice = []
    /// Why the body cannot be understood. It is told again to whoever asks again.
    private var flaw: ClientFailure?

    init(_ head: ResponseHead, _ connection: Connection, limits: Limits) {
        status = head.status
        headers = head.headers
        self.connection = connection
        switch ContentCoding(head.headers) {
        case .identity: inflater = nil
        case .packed(let coding): inflater = Inflater(coding, limit: limits.inflatedBytes, ratio: limits.inflateRatio)
        case .unknown(let name):
            inflater = nil
            // The status alone may be all that is wanted: it is the body that cannot be read.
            if head.body != .none { flaw = ClientFailure(.encoding, neverArrived: false, "content-encoding \(name.prefix(40))") }
        }
    }

    /// The next piece of the body, `content-encoding` undone; nil at its end.
    package func next() async throws(ClientFailure) -> Slice? {
        if let flaw { throw flaw }
        guard inflater != nil else { return try await connection.piece() }
        while true {
            do throws(Inflater.Flaw) {
                if let piece = try inflater!.next(&packed) { return piece }
            } catch {
                throw broken(error == .tooLarge || error == .bomb ? .tooLarge : .encoding, error)
            }
            guard let piece = try await connection.piece() else {
                do throws(Inflater.Flaw) { try inflater!.finish() } catch { throw broken(.closedEarly, error) }
                return nil
            }
            packed = piece
        }
    }

    /// The whole body.
    /// - Throws: `.tooLarge` beyond `limit` bytes; at once where the answer says that there are more. `.timeout` if more comes after the
    ///   deadline.
    package func collect(atMost limit: Int, by deadline: Instant = .never) async throws(ClientFailure) -> Slice {
        if inflater == nil, let length = headers[.contentLength].flatMap({ Int($0) }), length > limit { throw tooLarge(limit) }
        var whole = Bytes()
        while let piece = try await next() {
            guard piece.count <= limit - whole.count else { throw tooLarge(limit) }
            guard Instant.now < deadline else { throw ClientFailure(.timeout, neverArrived: false, "body: no end in time") }
            whole.append(contentsOf: piece)
        }
        return whole[...]
    }

    /// Gives the answer up; the connection is closed unless the rest of the body is here already.
    package func close() { connection.close() }

    private func tooLarge(_ limit: Int) -> ClientFailure {
        connection.close()
        let failure = ClientFailure(.tooLarge, neverArrived: false, "more than \(limit) bytes")
        flaw = failure
        return failure
    }

    private func broken(_ reason: ClientFailure.Reason, _ cause: Inflater.Flaw) -> ClientFailure {
        connection.close()
        let failure = ClientFailure(reason, neverArrived: false, "inflate: \(cause)")
        flaw = failure
        return failure
    }
}
