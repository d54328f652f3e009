import Wire

/// Reads the answer to one request off a connection: bytes in, events out, no I/O. It puts up with odd servers, but never with two
/// statements about where the body ends.
package struct ResponseParser: ~Copyable {
    /// What was found next.
    package enum Event {
        /// The input is used up.
        case more
        /// A 1xx answer; the final one is still to come.
        case interim(Int)
        case head(ResponseHead)
        /// Body bytes, without framing: a cut of the input, never empty.
        case piece(Slice)
        /// The answer is complete. What is left of the input is not part of it.
        case end
        case failed(ResponseError)
    }

    private enum State {
        case head(ResponseHeadReader)
        case body(BodyDecoder)
        case ended
        case failed(ResponseError)
    }

    /// Whether the connection may carry another request, once the answer has ended.
    package private(set) var keepsAlive = false

    private let method: Method
    private let limits: FramingLimits
    private let maxInterimResponses: Int
    private var state = State.head(ResponseHeadReader())
    private var interimCount = 0
    private var endsWithConnection = false

    /// - Parameter method: of the request that is being answered.
    package init(to method: Method, _ limits: Limits) {
        self.method = method
        self.limits = FramingLimits(limits)
        maxInterimResponses = limits.maxInterimResponses
    }

    /// Whether any byte of the answer has been seen.
    package var hasBegun: Bool {
        if case .head(let reader) = state { interimCount > 0 || !reader.isEmpty } else { true }
    }

    /// Takes the next event out of the input and moves its start behind what was used. To be called until it answers `more` or `end`.
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

    /// What it means that the connection has ended here: `end`, or a flaw if something is missing.
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
