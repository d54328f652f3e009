import HTTP
import Wire

/// An answer whose body is read when asked for: not reading is the back-pressure.
package final class Incoming {
    package let status: Int
    package let headers: Headers
    private let connection: Connection
    private var inflater: Inflater?
    private var packed: Slice = []

    init(_ head: ResponseHead, _ connection: Connection, limits: Limits) throws(ClientFailure) {
        status = head.status
        headers = head.headers
        self.connection = connection
        let coding = head.headers["content-encoding"]?.lowercased() ?? "identity"
        switch coding {
        case "identity", "": inflater = nil
        case "gzip", "x-gzip": inflater = Inflater(.gzip, limit: limits.inflatedBytes, ratio: limits.inflateRatio)
        case "deflate": inflater = Inflater(.deflate, limit: limits.inflatedBytes, ratio: limits.inflateRatio)
        default: throw ClientFailure(.encoding, neverArrived: false, "content-encoding \(coding.prefix(40))")
        }
    }

    /// The next piece of the body, `content-encoding` undone; nil at its end.
    package func next() async throws(ClientFailure) -> Slice? {
        guard inflater != nil else { return try await connection.piece() }
        while true {
            do throws(Inflater.Flaw) {
                if let piece = try inflater!.next(&packed) { return piece }
            } catch {
                connection.close()
                throw ClientFailure(error == .tooLarge || error == .bomb ? .tooLarge : .encoding, neverArrived: false, "inflate: \(error)")
            }
            guard let piece = try await connection.piece() else {
                do throws(Inflater.Flaw) { try inflater!.finish() } catch { throw ClientFailure(.closedEarly, neverArrived: false, "inflate: \(error)") }
                return nil
            }
            packed = piece
        }
    }

    /// The whole body.
    /// - Throws: `.tooLarge` beyond `limit` bytes.
    package func collect(atMost limit: Int) async throws(ClientFailure) -> Slice {
        var whole = Bytes()
        while let piece = try await next() {
            guard whole.count + piece.count <= limit else {
                close()
                throw ClientFailure(.tooLarge, neverArrived: false, "more than \(limit) bytes")
            }
            whole.append(contentsOf: piece)
        }
        return whole[...]
    }

    /// Gives the answer up; the connection is closed unless the body has ended.
    package func close() { connection.close() }
}
