/// One field of a form: a text or a file. The content is a window on the body that it came in.
package struct FormField: Sendable, Equatable {
    package var name: String
    /// What the client calls the file. Clients send whole local paths: never use it as a path.
    package var filename: String?
    /// What the client says that the content is; nil if it says nothing. Often `application/octet-stream` for pictures.
    package var type: MediaType?
    package var content: Slice

    package init(name: String, filename: String? = nil, type: MediaType? = nil, content: Slice) {
        self.name = name
        self.filename = filename
        self.type = type
        self.content = content
    }

    /// A file has a file name (RFC 7578 §4.2); a part without one whose type is of bytes, a picture, a clip or a sound is a file all the
    /// same.
    package var isFile: Bool {
        guard filename == nil else { return true }
        guard let type else { return false }
        return type == .bytes || type.isImage || type.isVideo || type.isAudio
    }

    /// The content as text; nil if it is not UTF-8.
    package var text: String? { String(validating: content, as: UTF8.self) }
}
