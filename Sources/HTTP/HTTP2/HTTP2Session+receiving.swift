import CNghttp2
import Wire

extension HTTP2Session {
    /// Checks a frame before its payload is read: whether it is allowed here, and within the glitch budget.
    func checkFrame(_ frame: FrameScan.Head) -> HTTP2Code? {
        let endsStream = frame.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0
        switch nghttp2_frame_type(UInt32(frame.type)) {
        case NGHTTP2_DATA:
            guard isOpen(frame.stream) else { return order.errorCode(for: frame.stream) }
            let isPadded = frame.flags & UInt8(NGHTTP2_FLAG_PADDED.rawValue) != 0
            guard frame.length == 0 || isPadded && frame.length <= 256, !endsStream else { return nil }
        case NGHTTP2_HEADERS:
            continuations = 0
            guard !isOpen(frame.stream) else { return nil }
            if let code = order.errorCode(for: frame.stream) { return code }
        case NGHTTP2_CONTINUATION:
            continuations += 1
            guard continuations <= limits.maxContinuationFrames else { return .enhanceYourCalm }
        case NGHTTP2_PRIORITY:
            // The library ignores these frames, because priorities are off.
            guard frame.stream != 0 else { return .protocolError }
        case NGHTTP2_WINDOW_UPDATE: return glitches.spendUpdate() ? nil : .enhanceYourCalm
        default: break
        }
        return glitches.spend() ? nil : .enhanceYourCalm
    }

    /// A stream that depends on itself is a stream error of type PROTOCOL_ERROR (RFC 7540 §5.3.1), for which the library does not check
    /// because priorities are off. RST_STREAM must not name an idle stream (RFC 9113 §6.4); there it is a connection error (§5.4.1).
    func rejectSelfDependent(_ id: Int32) {
        guard failure == nil else { return }
        if id > order.last { return fail(.protocolError) }
        guard let stream = stream(id) else { return }  // Closed: priorities are allowed and ignored.
        events.append(.malformed("a stream depends on itself"))
        reset(stream, .protocolError)
    }

    private func isOpen(_ id: Int32) -> Bool { id > order.last || stream(id) != nil }

    func didBeginHeaders(_ frame: nghttp2_frame) {
        headStream = frame.hd.stream_id
        guard frame.headers.cat == NGHTTP2_HCAT_REQUEST else { return }
        order.recordOpened(frame.hd.stream_id)
        openStream(frame.hd.stream_id).fields = RequestFields()
    }

    /// False if the stream must be reset.
    func didReceiveField(_ id: Int32, _ name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let stream = stream(id) else { return true }
        if stream.fields != nil { return stream.fields!.take(name, value, limits: limits) }
        // Trailers are checked, limited in length and dropped, as in HTTP/1.1.
        stream.trailerBytes += name.count + value.count + 4
        stream.trailerFields += 1
        if stream.trailerBytes > limits.maxTrailerBytes { stream.requestError = .body(.trailersTooLong) }
        if stream.trailerFields > limits.maxHeaderFields { stream.requestError = .body(.trailer(.tooMany)) }
        return stream.trailerBytes <= 4 * limits.maxTrailerBytes
    }

    func didReceiveFrame(_ frame: nghttp2_frame) -> Int32 {
        switch nghttp2_frame_type(UInt32(frame.hd.type)) {
        case NGHTTP2_HEADERS:
            headStream = 0
            guard let stream = stream(frame.hd.stream_id) else { return 0 }
            let hasEnded = frame.hd.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0
            if hasEnded { stream.hasEnded = true }
            if stream.fields != nil { finishRequestHead(on: stream) } else if hasEnded { events.append(.body(stream)) }
        case NGHTTP2_DATA:
            guard frame.hd.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0, let stream = stream(frame.hd.stream_id) else { return 0 }
            stream.hasEnded = true
            events.append(.body(stream))
        case NGHTTP2_RST_STREAM: stream(frame.hd.stream_id)?.wasCancelled = true
        case NGHTTP2_SETTINGS: hasBegun = true
        case NGHTTP2_PING where frame.hd.flags & UInt8(NGHTTP2_FLAG_ACK.rawValue) != 0: events.append(.pong)
        default: break
        }
        return 0
    }

    private func finishRequestHead(on stream: HTTP2Stream) {
        guard var fields = stream.fields.take() else { return }
        stream.isReported = true
        do throws(RequestError) {
            let (head, expectsContinue) = try fields.head(hasEnded: stream.hasEnded)
            events.append(.request(stream, head, expectsContinue: expectsContinue))
        } catch {
            stream.rejectedOrigin = fields.origin
            events.append(.rejected(stream, error, method: fields.method, path: fields.path))
        }
    }

    /// An error that closes a stream makes us send a reset, so it counts against the glitch budget (CVE-2025-8671).
    func didReceiveInvalidFrame(_ frame: nghttp2_frame, _ error: Int32) -> Int32 {
        events.append(.malformed(String(cString: nghttp2_strerror(error))))
        if nghttp2_frame_type(UInt32(frame.hd.type)) == NGHTTP2_HEADERS {
            headStream = 0
            if stream(frame.hd.stream_id) == nil { order.recordClosed(frame.hd.stream_id, isCutShort: true) }
        }
        if !glitches.spend() { fail(.enhanceYourCalm) }
        return 0
    }

    func didReceiveData(_ id: Int32, _ bytes: UnsafePointer<UInt8>, count: Int) {
        guard let stream = stream(id), !stream.discardsBody else {
            nghttp2_session_consume_connection(raw, count)
            return
        }
        let start = input.withUnsafeBufferPointer { input.startIndex + (bytes - $0.baseAddress!) }
        let isFirst = stream.unreadBytes == 0
        stream.buffer(input[start..<(start + count)])
        if isFirst { events.append(.body(stream)) }
    }
}
