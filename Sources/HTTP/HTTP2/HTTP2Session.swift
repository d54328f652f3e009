import CNghttp2
import Wire

/// The server side of one HTTP/2 connection (RFC 9113): bytes in, events and bytes to write out. No I/O and no clock.
///
/// libnghttp2 does frames, flow control and HPACK. This rejects what the library accepts: streams out of order, frames on closed streams,
/// illegal fields, heads that would be rejected in HTTP/1.1, and an excess of useless frames.
package final class HTTP2Session {
    /// What a client did, in order.
    package enum Event {
        case request(HTTP2Stream, ParsedHead, expectsContinue: Bool)
        /// A well-formed request that is rejected; it needs a response.
        case rejected(HTTP2Stream, RequestError, method: Method?, path: String?)
        /// A malformed stream or frame; the library's reason.
        case malformed(String)
        /// A piece of the body, its end, or an error in it.
        case body(HTTP2Stream)
        /// The response is complete before the request is. The stream's window stays closed. Some clients lose a response that a reset
        /// follows at once, so the reset is sent a moment later (RFC 9113 §8.1).
        case respondedEarly(HTTP2Stream)
        /// A ping was answered: everything that the client sent before it has been read.
        case pong
        /// The stream is closed. Once for each reported stream.
        case closed(HTTP2Stream)
    }

    /// Why the connection must close; nil while it is healthy.
    @exclusivity(unchecked) package internal(set) var failure: HTTP2Code?
    /// The client's first frame has arrived.
    @exclusivity(unchecked) package internal(set) var hasBegun = false
    /// Whether a request head is incomplete.
    package var isReadingHead: Bool { headStream != 0 }
    @exclusivity(unchecked) var headStream: Int32 = 0

    let limits: FramingLimits
    private let windows: (stream: Int, connection: Int, streams: Int)
    @exclusivity(unchecked) private(set) var raw: OpaquePointer!
    @exclusivity(unchecked) var glitches: GlitchBudget
    @exclusivity(unchecked) private var scan = FrameScan()
    /// CONTINUATION frames of the incomplete head.
    @exclusivity(unchecked) var continuations = 0
    @exclusivity(unchecked) var order = StreamOrder()
    @exclusivity(unchecked) var events: [Event] = []
    /// The input of `receive`; pieces of bodies are slices of it.
    @exclusivity(unchecked) var input: Slice = []
    @exclusivity(unchecked) var batch = HTTP2Batch()
    /// The fields of the response that is being submitted; kept for its buffers.
    @exclusivity(unchecked) var fieldTable = FieldTable()
    @exclusivity(unchecked) private var openStreams: [HTTP2Stream] = []
    @exclusivity(unchecked) private var hasSentGoAway = false
    /// The first frame, SETTINGS, has been taken for writing.
    @exclusivity(unchecked) private var hasSentSettings = false

    package init(_ limits: Limits) {
        self.limits = FramingLimits(limits)
        glitches = GlitchBudget(limits)
        windows = (limits.streamWindow, limits.connectionWindow, limits.maxConcurrentStreams)
        let owner = Unmanaged.passUnretained(self).toOpaque()
        let result = nghttp2_session_server_new2(&raw, HTTP2Callbacks.table, owner, HTTP2Callbacks.options)
        precondition(result == 0, "libnghttp2 is out of memory")
        submitSettings()
    }

    deinit { nghttp2_session_del(raw) }

    /// The server's preface (RFC 9113 §3.4). Priorities of RFC 7540 are off: a client could make the server maintain a large tree.
    private func submitSettings() {
        let settings = [
            nghttp2_settings_entry(settings_id: Int32(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS.rawValue), value: clamped(windows.streams)),
            nghttp2_settings_entry(settings_id: Int32(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE.rawValue), value: clamped(windows.stream)),
            nghttp2_settings_entry(
                settings_id: Int32(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE.rawValue), value: clamped(limits.maxHeaderBytes)),
            nghttp2_settings_entry(settings_id: Int32(NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES.rawValue), value: 1),
        ]
        nghttp2_submit_settings(raw, UInt8(NGHTTP2_FLAG_NONE.rawValue), settings, settings.count)
        nghttp2_session_set_local_window_size(raw, UInt8(NGHTTP2_FLAG_NONE.rawValue), 0, Int32(clamped(windows.connection)))
    }

    private func clamped(_ value: Int) -> UInt32 { UInt32(min(value, Int(Int32.max))) }

    // MARK: In

    /// Reads all of the input.
    /// - Parameter second: of a monotonic clock.
    package func receive(_ bytes: Slice, second: Int64) -> [Event] {
        guard failure == nil, !bytes.isEmpty else { return [] }
        glitches.refill(at: second)
        input = bytes
        var rest = bytes
        while failure == nil, !rest.isEmpty {
            let (count, head) = scan.next(rest)
            if let head, let code = checkFrame(head) { fail(code) } else { feed(rest.prefix(count)) }
            if let id = scan.takeSelfDependent() { rejectSelfDependent(id) }
            rest = rest.dropFirst(count)
        }
        input = []
        defer { events = [] }
        return events
    }

    private func feed(_ bytes: Slice) {
        let result = bytes.withUnsafeBufferPointer { nghttp2_session_mem_recv(raw, $0.baseAddress, $0.count) }
        if result < 0, failure == nil { failure = HTTP2Session.code(of: Int32(result)) }
    }

    /// The HTTP/2 error code for an error of libnghttp2.
    static func code(of result: Int32) -> HTTP2Code {
        switch nghttp2_error(rawValue: result) {
        case NGHTTP2_ERR_FLOODED: .enhanceYourCalm
        case NGHTTP2_ERR_BAD_CLIENT_MAGIC: .protocolError
        default: .internalError
        }
    }

    // MARK: Streams

    func openStream(_ id: Int32) -> HTTP2Stream {
        let stream = HTTP2Stream(id)
        stream.index = openStreams.count
        openStreams.append(stream)
        nghttp2_session_set_stream_user_data(raw, id, Unmanaged.passUnretained(stream).toOpaque())
        return stream
    }

    func stream(_ id: Int32) -> HTTP2Stream? {
        nghttp2_session_get_stream_user_data(raw, id).map { Unmanaged<HTTP2Stream>.fromOpaque($0).takeUnretainedValue() }
    }

    func closeStream(_ stream: HTTP2Stream) {
        let last = openStreams.removeLast()
        if last !== stream {
            openStreams[stream.index] = last
            last.index = stream.index
        }
        nghttp2_session_set_stream_user_data(raw, stream.id, nil)
        stream.isClosed = true
        if headStream == stream.id { headStream = 0 }
        order.recordClosed(stream.id, isCutShort: !stream.hasEnded && !stream.wasCancelled)
        stream.dropUnsent()
        releaseConnectionWindow(stream.dropUnread())
        if stream.isReported { events.append(.closed(stream)) }
    }

    /// Returns bytes that will not be read to the connection's window.
    private func releaseConnectionWindow(_ count: Int) {
        if count > 0 { nghttp2_session_consume_connection(raw, count) }
    }

    /// The next piece of a request body, if one has arrived. Opens the windows by its length.
    package func takePiece(of stream: HTTP2Stream) -> Slice? {
        guard let piece = stream.takePiece() else { return nil }
        nghttp2_session_consume(raw, stream.id, piece.count)
        return piece
    }

    /// Discards the rest of the body.
    package func discardBody(of stream: HTTP2Stream) {
        stream.discardsBody = true
        releaseConnectionWindow(stream.dropUnread())
    }

    // MARK: The end

    /// Whether nothing more will be read or written, so that the connection can be closed.
    package var isOver: Bool {
        failure != nil ? hasSentGoAway : nghttp2_session_want_read(raw) == 0 && nghttp2_session_want_write(raw) == 0
    }

    package var wantsToWrite: Bool { failure != nil ? !hasSentGoAway : nghttp2_session_want_write(raw) != 0 }

    /// The next output, in order; empty if there is none now.
    /// - Parameter limit: in bytes, exceeded by at most one frame.
    /// - Returns: also the streams of which everything queued is included.
    package func pull(atMost limit: Int) -> (pieces: [Slice], settled: [HTTP2Stream]) {
        batch.limit = limit
        if failure != nil, !hasSentSettings { copyNext() }  // SETTINGS must come first, even before GOAWAY (RFC 9113 §3.4).
        while failure == nil, !batch.isFull, copyNext() {}
        if let failure, !hasSentGoAway {
            hasSentGoAway = true
            batch.appendGoAway(failure, after: nghttp2_session_get_last_proc_stream_id(raw))
        }
        return batch.take()
    }

    /// Copies the next output of the library. False if there is none.
    @discardableResult
    private func copyNext() -> Bool {
        var bytes: UnsafePointer<UInt8>?
        let count = nghttp2_session_mem_send(raw, &bytes)
        if count < 0 { failure = failure ?? .internalError }
        guard count > 0 else { return false }
        hasSentSettings = true
        batch.copy(UnsafeBufferPointer(start: bytes, count: count))
        return true
    }

    /// The events caused by sending: closed streams.
    package func takeEvents() -> [Event] {
        defer { events = [] }
        return events
    }

    /// Announces the shutdown without rejecting requests that are on their way (RFC 9113 §6.8). Call `drain` later.
    package func announceDrain() { nghttp2_submit_shutdown_notice(raw) }

    /// Accepts no further requests. The session is over when those in progress have ended.
    package func drain() {
        let last = nghttp2_session_get_last_proc_stream_id(raw)
        nghttp2_submit_goaway(raw, UInt8(NGHTTP2_FLAG_NONE.rawValue), last, HTTP2Code.noError.rawValue, nil, 0)
    }

    /// Sends a ping. Its answer is the event `pong`.
    package func ping() { nghttp2_submit_ping(raw, UInt8(NGHTTP2_FLAG_NONE.rawValue), nil) }

    /// Fails the connection: requests in progress are lost.
    package func fail(_ code: HTTP2Code) { failure = failure ?? code }
}
