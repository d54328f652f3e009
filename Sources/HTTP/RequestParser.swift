import Wire

/// Reads the requests of one HTTP/1.1 or HTTP/1.0 connection: bytes in, events out, no I/O. The events do not depend on how the input is
/// split. Any error ends in `rejected`: no byte after it is read.
package struct RequestParser: ~Copyable {
    /// What was found next.
    package enum Event {
        /// The input is used up.
        case more
        /// A head, to which `keepsAlive` and `expectsContinue` now refer.
        case head(ParsedHead)
        /// Body bytes without framing: a slice of the input, never empty.
        case piece(Slice)
        /// The request is complete. The next one may follow at once (pipelining).
        case end
        case rejected(RequestError)
    }

    private enum Phase {
        case head, body
        case rejected(RequestError)
    }

    /// Whether the connection may stay open after the last request.
    package private(set) var keepsAlive = true
    /// Whether the client waits for `100 Continue` before it sends the body.
    package private(set) var expectsContinue = false

    /// The path of the rejected request, if its request line could be read: it decides the dialect of the response.
    package private(set) var rejectedPath: String?

    /// The Origin field of the rejected request, if it was received.
    package private(set) var rejectedOrigin: String?

    private let limits: FramingLimits
    private var phase = Phase.head
    private var reader = HeadReader()
    private var decoder: BodyDecoder

    package init(_ limits: Limits) {
        self.limits = FramingLimits(limits)
        decoder = BodyDecoder(.none, .strict, limits: self.limits)
    }

    /// Whether no byte of a next request has been received, so that the connection can be closed without loss.
    package var isBetweenRequests: Bool {
        if case .head = phase { reader.isEmpty } else { false }
    }

    /// The next event; consumes the input that it used. Call it until it returns `more`.
    package mutating func next(_ input: inout Slice) -> Event {
        switch phase {
        case .head: nextHeadEvent(&input)
        case .body: nextBodyEvent(&input)
        case .rejected(let requestError): .rejected(requestError)
        }
    }

    private mutating func nextHeadEvent(_ input: inout Slice) -> Event {
        do throws(RequestError) {
            guard let (head, framing) = try reader.read(&input, limits) else { return .more }
            keepsAlive = framing.keepsAlive
            expectsContinue = framing.expectsContinue
            decoder = BodyDecoder(framing.body, .strict, limits: limits)
            phase = .body
            return .head(head)
        } catch {
            rejectedPath = reader.path(input)
            rejectedOrigin = reader.origin(input)
            return reject(error)
        }
    }

    private mutating func nextBodyEvent(_ input: inout Slice) -> Event {
        do throws(BodyFramingError) {
            switch try decoder.next(&input) {
            case .more: return .more
            case .piece(let piece): return .piece(piece)
            case .end:
                phase = .head
                return .end
            }
        } catch {
            return reject(.body(error))
        }
    }

    private mutating func reject(_ requestError: RequestError) -> Event {
        phase = .rejected(requestError)
        return .rejected(requestError)
    }
}
