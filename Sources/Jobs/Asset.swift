import Wire

/// One result of a finished job.
package struct Asset: Sendable {
    package enum Kind: String, Sendable {
        case video, thumbnail, spritesheet
        case lastFrame = "last_frame"
        case audio
    }

    /// Where the bytes are.
    package enum Place: Sendable {
        /// A URL from the vendor's reply. With `credentials`, the request needs the account's key.
        case url(String, credentials: Bool)
        /// One more call returns the bytes.
        case call(Call)
        /// The reply to this call holds the bytes as base64 in its long string number `string`, counted from 0. They are decoded as a
        /// stream.
        case inline(Call, string: Int)
        /// The reply held these bytes as base64 that was short enough to keep.
        case bytes(Bytes)
        /// This server keeps the bytes; the vendor was not asked where they are.
        case kept
    }

    package var kind: Kind
    package var place: Place
    package var type: MediaType?
    /// The size; nil if unknown.
    package var bytes: Int?
    /// When the vendor deletes it.
    package var expires: Timestamp?

    /// - Parameter bytes: the size; 0 and below, which vendors send if they do not know it, become nil.
    package init(_ kind: Kind = .video, _ place: Place, type: MediaType? = nil, bytes: Int? = nil, expires: Timestamp? = nil) {
        self.kind = kind
        self.place = place
        self.type = type
        self.bytes = bytes.flatMap { $0 > 0 ? $0 : nil }
        self.expires = expires
    }
}
