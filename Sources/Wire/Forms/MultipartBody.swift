/// Builds a `multipart/form-data` body for calls to vendors. Files are referenced, never copied.
package struct MultipartBody: Sendable {
    private let boundary: String
    private var pieces = Pieces()
    private var pending = Bytes()

    /// - Parameter boundary: 1 to 70 letters, digits and hyphens that occur in none of the contents: use at least 16 random characters.
    package init(boundary: String) {
        let isPlain = boundary.utf8.allSatisfy { Percent.isUnreserved($0) }
        precondition(isPlain && Multipart.isLegal(Bytes(boundary.utf8)), "not a boundary: \(boundary)")
        self.boundary = boundary
    }

    /// The value of the `content-type` field for this body.
    package var contentType: String { "multipart/form-data; boundary=" + boundary }

    package mutating func add(_ name: String, text: String) {
        open(name)
        append("\r\n\r\n")
        append(text)
        append("\r\n")
    }

    package mutating func add(_ name: String, file: Slice, filename: String, type: MediaType) {
        open(name)
        append("; filename=\"" + MultipartBody.escaped(filename) + "\"\r\nContent-Type: " + type.text + "\r\n\r\n")
        flush()
        pieces.append(file)
        append("\r\n")
    }

    /// The body with its closing boundary.
    package func finished() -> Pieces {
        var body = self
        body.append("--" + boundary + "--\r\n")
        body.flush()
        return body.pieces
    }

    private mutating func open(_ name: String) {
        append("--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + MultipartBody.escaped(name) + "\"")
    }

    private mutating func append(_ text: String) { pending.append(contentsOf: text.utf8) }

    private mutating func flush() {
        pieces.append(pending[...])
        pending = Bytes()
    }

    /// As browsers do (WHATWG HTML §4.10.21.8): every server decodes it, while only some decode `\"`.
    private static func escaped(_ text: String) -> String {
        var result = Bytes()
        for byte in text.utf8 {
            switch byte {
            case 0x22: result.append(contentsOf: "%22".utf8)
            case 0x0D: result.append(contentsOf: "%0D".utf8)
            case 0x0A: result.append(contentsOf: "%0A".utf8)
            default: result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
