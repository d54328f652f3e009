/// Parses `multipart/form-data` bodies in memory (RFC 7578). The fields are slices of the body, without copies.
package enum Multipart {
    /// Why a body cannot be parsed.
    package enum ParseError: Error, Equatable {
        case notMultipart
        case noBoundary
        case illegalBoundary
        /// The body does not contain the boundary of the content type.
        case noDelimiter
        /// The body ends before the closing boundary: part of it is missing.
        case cutOff
        /// Parts are counted from 1.
        case unreadableHeaders(part: Int)
        case noName(part: Int)
        /// The name is not UTF-8.
        case unreadableName(part: Int)
        /// The part declares a charset other than UTF-8.
        case charset(part: Int, String)
        case transferEncoding(part: Int)
        case headersTooLarge(part: Int, limit: Int)
        case tooManyParts(limit: Int)
    }

    /// The fields, in order. `contentType` is the complete field value with its boundary.
    package static func fields(of body: Slice, contentType: String, limits: Limits = Limits()) throws(ParseError) -> [FormField] {
        var reader = MultipartReader(body: body, boundary: try boundary(of: contentType), limits: limits)
        return try reader.fields()
    }

    /// The boundary parameter of a content type, quoted or not.
    package static func boundary(of contentType: String) throws(ParseError) -> Bytes {
        guard MediaType(field: contentType) == .multipart else { throw .notMultipart }
        guard let field = ParameterField(parsing: contentType) else { throw .illegalBoundary }
        guard let boundary = field.bytes("boundary") else { throw .noBoundary }
        guard isLegal(boundary) else { throw .illegalBoundary }
        return Bytes(boundary)
    }

    /// RFC 2046 §5.1.1 sets the length; only characters that could end a line or be invisible are rejected.
    static func isLegal(_ boundary: some BidirectionalCollection<UInt8>) -> Bool {
        (1...70).contains(boundary.count) && boundary.last != 0x20 && boundary.allSatisfy { (0x20...0x7E).contains($0) }
    }
}

extension Multipart.ParseError {
    /// One sentence for the client.
    package var reason: String {
        switch self {
        case .notMultipart: "The content type is not multipart/form-data."
        case .noBoundary:
            "The content type multipart/form-data names no boundary. Let your HTTP library set this header: it knows the boundary."
        case .illegalBoundary: "The boundary in the content type must be 1 to 70 visible ASCII characters, in quotes if it has a semicolon."
        case .noDelimiter: "The body does not contain the boundary that its content type names."
        case .cutOff: "The body ends before its closing boundary."
        case .unreadableHeaders(let part): "The headers of part \(part) of the form cannot be read."
        case .noName(let part): "Part \(part) of the form has no Content-Disposition: form-data with a name."
        case .unreadableName(let part): "The name of part \(part) of the form is not UTF-8 text."
        case .charset(let part, let charset):
            "Part \(part) of the form says that its charset is '\(charset.prefix(40))'. Send its text in UTF-8."
        case .transferEncoding(let part): "Part \(part) of the form has a Content-Transfer-Encoding; send its bytes as they are."
        case .headersTooLarge(let part, let limit): "The headers of part \(part) of the form are larger than \(limit) bytes."
        case .tooManyParts(let limit): "The form has more than \(limit) parts."
        }
    }
}

/// One field of a form: a text or a file. The content is a window on the body that it came in.
package struct FormField: Sendable, Equatable {
    package var name: String
    /// What the client calls the file. Clients send whole local paths: never use it as a path.
    package var filename: String?
    /// The content type that the client declares; nil if it declares none. Often `application/octet-stream` for images.
    package var type: MediaType?
    package var content: Slice

    package init(name: String, filename: String? = nil, type: MediaType? = nil, content: Slice) {
        self.name = name
        self.filename = filename
        self.type = type
        self.content = content
    }

    /// A file has a file name (RFC 7578 §4.2). A part without one is a file too if its type is octets, an image, a video or audio.
    package var isFile: Bool {
        guard filename == nil else { return true }
        guard let type else { return false }
        return type == .bytes || type.isImage || type.isVideo || type.isAudio
    }

    /// The content as text; nil if it is not UTF-8.
    package var text: String? { String(validating: content, as: UTF8.self) }
}
