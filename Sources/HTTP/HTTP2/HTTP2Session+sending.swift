import CNghttp2
import Wire

extension HTTP2Session {
    /// The body of a response.
    package enum ResponseBody {
        case none
        case whole(Pieces)
        /// Sent with `write`, until `finish`.
        case open
    }

    /// Sends the head of a response, and its body if it is known.
    /// - Parameters:
    ///   - length: the value of `content-length`; nil for a response without it.
    ///   - date: the value of the Date field, used unless the headers have one.
    package func submitResponse(_ stream: HTTP2Stream, _ status: Int, headers: Headers, length: Int64?, date: Slice, body: ResponseBody) {
        guard !stream.isClosed else { return }
        var headers = headers
        headers.removeConnectionFields()
        var provider = nghttp2_data_provider()
        provider.source.ptr = Unmanaged.passUnretained(stream).toOpaque()
        provider.read_callback = { _, _, _, limit, flags, source, _ in
            Unmanaged<HTTP2Stream>.fromOpaque(source!.pointee.ptr).takeUnretainedValue().provideData(limit, &flags!.pointee)
        }
        var hasBody = true
        switch body {
        case .none:
            hasBody = false
            stream.isFinished = true
        case .whole(let pieces):
            hasBody = !pieces.isEmpty
            for slice in pieces.slices { stream.enqueue(slice) }
            stream.isFinished = true
        case .open: break
        }
        if hasBody { setIncremental(stream) }
        setFields(status, headers, length: length, date: date)
        fieldTable.withFields { fields in
            if hasBody { return nghttp2_submit_response(raw, stream.id, fields.baseAddress, fields.count, &provider) }
            return nghttp2_submit_response(raw, stream.id, fields.baseAddress, fields.count, nil)
        }
    }

    /// `100 Continue`.
    package func `continue`(_ stream: HTTP2Stream) {
        guard !stream.isClosed else { return }
        setFields(100, Headers(), length: nil, date: [])
        fieldTable.withFields {
            nghttp2_submit_headers(raw, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream.id, nil, $0.baseAddress, $0.count, nil)
        }
    }

    /// Queues a piece of an open body.
    package func write(_ slice: Slice, on stream: HTTP2Stream) {
        guard !stream.isClosed else { return }
        stream.enqueue(slice)
        resumeBody(stream)
    }

    /// Ends an open body.
    package func finish(_ stream: HTTP2Stream) {
        guard !stream.isClosed else { return }
        stream.isFinished = true
        resumeBody(stream)
    }

    package func reset(_ stream: HTTP2Stream, _ code: HTTP2Code) {
        guard !stream.isClosed else { return }
        nghttp2_submit_rst_stream(raw, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream.id, code.rawValue)
    }

    private func resumeBody(_ stream: HTTP2Stream) {
        guard stream.isDeferred else { return }
        stream.isDeferred = false
        nghttp2_session_resume_data(raw, stream.id)
    }

    /// Sends all responses of a connection concurrently. RFC 9218's default would be one after the other, and the waiting ones would time
    /// out.
    private func setIncremental(_ stream: HTTP2Stream) {
        var priority = nghttp2_extpri(urgency: UInt32(NGHTTP2_EXTPRI_DEFAULT_URGENCY), inc: 1)
        nghttp2_session_change_extpri_stream_priority(raw, stream.id, &priority, 1)
    }

    // MARK: Frames

    func sendData(_ id: Int32, _ head: UnsafeBufferPointer<UInt8>, count: Int) -> Int32 {
        guard let stream = stream(id) else { return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue }
        batch.copy(head)
        stream.dequeue(count) { batch.append($0) }
        glitches.recordSent(count)
        if stream.unsentBytes == 0, !stream.isFinished { batch.markFlushed(stream) }
        return batch.isFull ? NGHTTP2_ERR_PAUSE.rawValue : 0
    }

    func didSend(_ frame: nghttp2_frame) {
        let type = nghttp2_frame_type(UInt32(frame.hd.type))
        guard type == NGHTTP2_HEADERS || type == NGHTTP2_DATA, frame.hd.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0,
            let stream = stream(frame.hd.stream_id)
        else { return }
        stream.hasSentEnd = true
        batch.markFlushed(stream)
        if !stream.hasEnded, stream.isReported { events.append(.respondedEarly(stream)) }
    }

    private func setFields(_ status: Int, _ headers: Headers, length: Int64?, date: Slice) {
        fieldTable.removeAll()
        fieldTable.add(":status", String(status).utf8)
        fieldTable.add(headers)
        if !date.isEmpty, !headers.has(.date) { fieldTable.add("date", date) }
        if let length { fieldTable.add("content-length", String(length).utf8) }
    }
}

extension HTTP2Stream {
    /// The longest DATA frame that fits one TLS record with its header: one more byte would need another record.
    private static let maxFrameBytes = 16 * 1024 - 9

    /// Returns the length of the next DATA frame to libnghttp2. Its bytes are taken when the frame is written.
    func provideData(_ limit: Int, _ flags: inout UInt32) -> Int {
        guard unsentBytes > 0 || isFinished else {
            isDeferred = true
            return Int(NGHTTP2_ERR_DEFERRED.rawValue)
        }
        let count = min(limit, unsentBytes, HTTP2Stream.maxFrameBytes)
        flags = NGHTTP2_DATA_FLAG_NO_COPY.rawValue
        if isFinished, count == unsentBytes { flags |= NGHTTP2_DATA_FLAG_EOF.rawValue }
        return count
    }
}
