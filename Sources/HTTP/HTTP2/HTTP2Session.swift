import CNghttp2
import Wire

/// One HTTP/2 connection as its server sees it (RFC 9113): bytes in, events out, and bytes to be written. No I/O and no clock.
///
/// Frames, flow control and HPACK are libnghttp2's. What that lets pass is refused here: streams out of order, frames on streams that are
/// over, illegal fields, heads that HTTP/1.1 would not take, and more idle talk than a client in good faith has to say.
package final class HTTP2Session {
    /// What a client has done, in order.
    package enum Event {
        case request(HTTP2Stream, ParsedHead, expectsContinue: Bool)
        /// A request that is well-formed and yet not taken; it has to be answered.
        case rejected(HTTP2Stream, RequestError, method: Method?, path: String?)
        /// What cost the client a stream, or one frame, in the library's words.
        case malformed(String)
        /// There is more of the body, or its end, or its flaw.
        case body(HTTP2Stream)
        /// The whole answer is on its way, and the client has not ended its request. Its window stays shut; some clients lose an answer
        /// that a reset follows at once, so they are given a moment before they are told to stop (RFC 9113 §8.1).
        case respondedEarly(HTTP2Stream)
        /// A ping was answered: what the client had sent before it got the ping has been read.
        case pong
        /// Nothing more can be sent or will come. Of streams that were told of, each once.
        case closed(HTTP2Stream)
    }

    /// Why the connection has to be given up, once that is so.
    @exclusivity(unchecked) package internal(set) var failure: HTTP2Code?
    /// The client's first frame has come.
    @exclusivity(unchecked) package internal(set) var hasBegun = false
    /// A request head has begun and not ended.
    package var isReadingHead: Bool { headStream != 0 }
    @exclusivity(unchecked) var headStream: Int32 = 0

    let limits: FramingLimits
    private let windows: (stream: Int, connection: Int, streams: Int)
    private(set) var raw: OpaquePointer!
    @exclusivity(unchecked) var glitches: GlitchBudget
    @exclusivity(unchecked) private var scan = FrameScan()
    /// CONTINUATION frames of the head that has begun.
    @exclusivity(unchecked) var continuations = 0
    @exclusivity(unchecked) var order = StreamOrder()
    @exclusivity(unchecked) var events: [Event] = []
    /// What `receive` is reading; pieces of bodies are cut from it.
    @exclusivity(unchecked) var input: Slice = []
    @exclusivity(unchecked) var batch = HTTP2Batch()
    @exclusivity(unchecked) private var openStreams: [HTTP2Stream] = []
    @exclusivity(unchecked) private var hasSentGoAway = false
    /// The first frame, which is SETTINGS, has been taken.
    @exclusivity(unchecked) private var hasSentSettings = false

    package init(_ limits: Limits) {
        self.limits = FramingLimits(limits)
        glitches = GlitchBudget(limits)
        windows = (limits.streamWindow, limits.connectionWindow, limits.maxConcurrentStreams)
        let owner = Unmanaged.passUnretained(self).toOpaque()
        let result = nghttp2_session_server_new2(&raw, HTTP2Callbacks.table, owner, HTTP2Callbacks.options)
        precondition(result == 0, "libnghttp2: out of memory")
        submitSettings()
    }

    deinit { nghttp2_session_del(raw) }

    /// The server's preface (RFC 9113 §3.4). Priorities of RFC 7540 are not kept: their tree is work that a client can ask for at will.
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

    /// Reads what has come, all of it.
    /// - Parameter second: the time, of any clock that does not run backwards.
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

    /// What an error of libnghttp2 means for the client.
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

    /// Bytes that nobody will read no longer count against the connection's window.
    private func releaseConnectionWindow(_ count: Int) {
        if count > 0 { nghttp2_session_consume_connection(raw, count) }
    }

    /// The next piece of a request's body, if there is one; the client may send as much more.
    package func takePiece(of stream: HTTP2Stream) -> Slice? {
        guard let piece = stream.takePiece() else { return nil }
        nghttp2_session_consume(raw, stream.id, piece.count)
        return piece
    }

    /// Nobody will ask for the rest of the body.
    package func discardBody(of stream: HTTP2Stream) {
        stream.discardsBody = true
        releaseConnectionWindow(stream.dropUnread())
    }

    // MARK: The end

    /// Nothing more is to be read or written: the connection may be closed.
    package var isOver: Bool {
        failure != nil ? hasSentGoAway : nghttp2_session_want_read(raw) == 0 && nghttp2_session_want_write(raw) == 0
    }

    package var wantsToWrite: Bool { failure != nil ? !hasSentGoAway : nghttp2_session_want_write(raw) != 0 }

    /// The next bytes for the connection, in one row; none if there is nothing to say for now.
    /// - Parameter limit: more than one frame beyond it is not taken.
    /// - Returns: with them the streams of which all that was given is among them.
    package func pull(atMost limit: Int) -> (pieces: [Slice], settled: [HTTP2Stream]) {
        batch.limit = limit
        if failure != nil, !hasSentSettings { copyNext() }  // SETTINGS come first, in front of a GOAWAY too (RFC 9113 §3.4).
        while failure == nil, !batch.isFull, copyNext() {}
        if let failure, !hasSentGoAway {
            hasSentGoAway = true
            batch.appendGoAway(failure, after: nghttp2_session_get_last_proc_stream_id(raw))
        }
        return batch.take()
    }

    /// Copies what the library wants to send next. False if there is nothing.
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

    /// What has happened by sending: streams that are closed now.
    package func takeEvents() -> [Event] {
        defer { events = [] }
        return events
    }

    /// Tells the client that the end is near, without refusing what it has sent by then (RFC 9113 §6.8); `drain` is to follow.
    package func announceDrain() { nghttp2_submit_shutdown_notice(raw) }

    /// Takes no further requests. The session is over when those in flight are answered.
    package func drain() {
        let last = nghttp2_session_get_last_proc_stream_id(raw)
        nghttp2_submit_goaway(raw, UInt8(NGHTTP2_FLAG_NONE.rawValue), last, HTTP2Code.noError.rawValue, nil, 0)
    }

    /// Asks for a sign of life, which is an event when it comes.
    package func ping() { nghttp2_submit_ping(raw, UInt8(NGHTTP2_FLAG_NONE.rawValue), nil) }

    /// Gives the connection up: what is in flight is lost.
    package func fail(_ code: HTTP2Code) { failure = failure ?? code }
}
