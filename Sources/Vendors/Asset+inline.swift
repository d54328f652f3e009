import Jobs
import Wire

extension Asset {
    /// A video that is base64 in an answer. One that was too long to keep in memory is read from the answer to `call`, which is sent again;
    /// the mark identifies the omitted string.
    /// - Returns: nil where the text is no base64, or empty.
    init?(base64 data: JSON, in call: Call, type: MediaType?) {
        if let mark = data.elided {
            self.init(.video, .inline(call, string: mark.ordinal), type: type, bytes: mark.byteCount)
        } else {
            guard let text = data.string, !text.isEmpty, let bytes = try? Base64.standard.decode(text) else { return nil }
            self.init(.video, .bytes(bytes), type: type, bytes: bytes.count)
        }
    }
}
