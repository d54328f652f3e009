import Wire

/// Reads the response to one request: bytes in, events out, no I/O. It tolerates malformed heads, but never contradictory framing.
package struct ResponseParser: ~Copyable {
    /// What was found next.
    package enum Event {
        /// The input is used up.
        case more
        /// A 1xx response; the final one follows.
        case interim(Int)
        case head(ResponseHead)
        /// Body bytes without framing: a slice of the input, never empty.
        case piece(Slice)
        /// The response is complete. The rest of the input is not part of it.
        case end
        case failed(ResponseError)
    }

    private enum State {
        case head(ResponseHeadReader)
        case body(BodyDecoder)
        case ended
        case failed(ResponseError)
    }

    /// Whether the connection may carry another request after this response.
    package private(set) var keepsAlive = false

    private let method: Method
    private let limits: FramingLimits
    private let maxInterimResponses: Int
    private var state = State.head(ResponseHeadReader())
    private var interimCount = 0
    private var endsWithConnection = false

    /// - Parameter method: of the request.
    package init(to method: Method, _ limits: Limits) {
        self.method = method
        self.limits = FramingLimits(limits)
        maxInterimResponses = limits.maxInterimResponses
    }

    /// Whether any byte of the response has been received.
    package var hasBegun: Bool {
        if case .head(let reader) = state { interimCount > 0 || !reader.isEmpty } else { true }
    }

    /// The next event; consumes the input that it used. Call it until it returns `more` or `end`.
    package mutating func next(_ input: inout Slice) -> Event {
        switch state {
        case .head(var reader):
            state = .ended
            do throws(ResponseError) {
                guard let found = try reader.read(&input, limits) else {
                    state = .head(reader)
                    return .more
                }
                return try take(found)
            } catch {
                return fail(error)
            }
        case .body(var decoder):
            state = .ended
            do throws(BodyFramingError) {
                let step = try decoder.next(&input)
                if case .end = step { return .end }
                state = .body(decoder)
                if case .piece(let piece) = step { return .piece(piece) }
                return .more
            } catch {
                return fail(.body(error))
            }
        case .ended: return .end
        case .failed(let responseError): return .failed(responseError)
        }
    }

    /// Call it when the connection has closed: returns `end`, or an error if the response is incomplete.
    package mutating func finish() -> Event {
        switch state {
        case .head: return fail(.endedInHead)
        case .body(var decoder):
            var nothing: Slice = []
            if endsWithConnection {
                state = .ended
                return .end
            }
            if case .end? = try? decoder.next(&nothing) {
                state = .ended
                return .end
            }
            return fail(.endedInBody)
        case .ended: return .end
        case .failed(let responseError): return .failed(responseError)
        }
    }

    private mutating func take(_ found: ResponseHeadReader.Found) throws(ResponseError) -> Event {
        guard found.line.status >= 200 else {
            guard found.line.status != 101 else { throw .switchedProtocols }
            interimCount += 1
            guard interimCount <= maxInterimResponses else { throw .tooManyInterimResponses }
            state = .head(ResponseHeadReader())
            return .interim(found.line.status)
        }
        let framing = try ResponseFraming(found.line, found.headers, to: method)
        keepsAlive = framing.keepsAlive && !found.isNonstandard
        endsWithConnection = framing.body == .untilClose
        state = .body(BodyDecoder(framing.body, .padded, limits: limits))
        return .head(ResponseHead(status: found.line.status, headers: found.headers, version: found.line.version, body: framing.body))
    }

    private mutating func fail(_ responseError: ResponseError) -> Event {
        state = .failed(responseError)
        keepsAlive = false
        return .failed(responseError)
    }
}
