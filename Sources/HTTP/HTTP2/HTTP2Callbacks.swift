import CNghttp2
import Wire

/// The callbacks of libnghttp2 into a session. They run inside `receive` or `pull`, and call neither.
enum HTTP2Callbacks {
    private static let refuse = NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue

    /// Copied into each session.
    nonisolated(unsafe) static let table: OpaquePointer = {
        var table: OpaquePointer?
        let result = nghttp2_session_callbacks_new(&table)
        precondition(result == 0, "libnghttp2 is out of memory")
        nghttp2_session_callbacks_set_on_begin_headers_callback(table) { _, frame, owner in
            HTTP2Callbacks.session(owner).didBeginHeaders(frame!.pointee)
            return 0
        }
        nghttp2_session_callbacks_set_on_header_callback(table) { _, frame, name, nameCount, value, valueCount, _, owner in
            let isTaken = HTTP2Callbacks.session(owner).didReceiveField(
                frame!.pointee.hd.stream_id, UnsafeBufferPointer(start: name, count: nameCount),
                value: UnsafeBufferPointer(start: value, count: valueCount))
            return isTaken ? 0 : HTTP2Callbacks.refuse
        }
        // By default the library drops the field and continues, although such a request is malformed (RFC 9113 §8.2.1).
        nghttp2_session_callbacks_set_on_invalid_header_callback(table) { _, _, _, _, _, _, _, _ in HTTP2Callbacks.refuse }
        nghttp2_session_callbacks_set_on_frame_recv_callback(table) { _, frame, owner in
            HTTP2Callbacks.session(owner).didReceiveFrame(frame!.pointee)
        }
        nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(table) { _, frame, error, owner in
            HTTP2Callbacks.session(owner).didReceiveInvalidFrame(frame!.pointee, error)
        }
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(table) { _, _, id, bytes, count, owner in
            HTTP2Callbacks.session(owner).didReceiveData(id, bytes!, count: count)
            return 0
        }
        nghttp2_session_callbacks_set_on_stream_close_callback(table) { _, id, _, owner in
            let session = HTTP2Callbacks.session(owner)
            if let stream = session.stream(id) { session.closeStream(stream) }
            return 0
        }
        nghttp2_session_callbacks_set_on_frame_send_callback(table) { _, frame, owner in
            HTTP2Callbacks.session(owner).didSend(frame!.pointee)
            return 0
        }
        nghttp2_session_callbacks_set_send_data_callback(table) { _, frame, head, count, _, owner in
            HTTP2Callbacks.session(owner).sendData(frame!.pointee.hd.stream_id, UnsafeBufferPointer(start: head, count: 9), count: count)
        }
        return table!
    }()

    /// Raises the library's own limits above ours. It counts a continuation for each read that ends in the header of one.
    nonisolated(unsafe) static let options: OpaquePointer = {
        var options: OpaquePointer?
        let result = nghttp2_option_new(&options)
        precondition(result == 0, "libnghttp2 is out of memory")
        nghttp2_option_set_no_auto_window_update(options, 1)
        nghttp2_option_set_no_closed_streams(options, 1)
        nghttp2_option_set_stream_reset_rate_limit(options, 1_000_000, 1_000_000)
        nghttp2_option_set_max_continuations(options, 1 << 30)
        return options!
    }()

    private static func session(_ owner: UnsafeMutableRawPointer?) -> HTTP2Session {
        Unmanaged<HTTP2Session>.fromOpaque(owner!).takeUnretainedValue()
    }
}
