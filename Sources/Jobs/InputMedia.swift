import Wire

/// An image, video or audio that goes into a job, with the part it plays there.
package struct InputMedia: Sendable {
    package enum Kind: String, Sendable, CaseIterable { case image, video, audio }

    package enum Role: Sendable, Hashable {
        case firstFrame
        case lastFrame
        /// A frame somewhere between, at that second of the clip.
        case keyframe(Double)
        /// Shows a person, a thing or a look.
        case reference
        /// The clip that is extended, edited or reframed; the sound that drives an audio-to-video job is `.audio`.
        case source
        case audio
        case mask
    }

    package enum Source: Sendable {
        /// A public http(s) URL that the client named.
        case url(String)
        case bytes(MediaType, Slice)
        /// The base64 of a data URI, not yet decoded.
        case base64(MediaType, Slice)
        /// The vendor's own name for it: `asset://…`, `ltx://uploads/…`, a file id of an upload.
        case reference(String)
    }

    /// What several images show together, and the name by which the prompt means it: `@hero`.
    package struct Subject: Sendable, Hashable {
        package var name: String
        package init(name: String) { self.name = name }
    }

    package var role: Role
    package var kind: Kind
    package var source: Source
    /// The file name the client gave; never used as a path.
    package var fileName: String?
    /// For references that the request names.
    package var subject: Subject?
    /// Where it stood in the request, for messages: `input_reference`, `image_url`.
    package var param: String

    package init(_ role: Role, _ kind: Kind, source: Source, fileName: String? = nil, param: String) {
        self.role = role
        self.kind = kind
        self.source = source
        self.fileName = fileName
        self.param = param
    }

    /// The media type where it is known without fetching.
    package var type: MediaType? {
        switch source {
        case .bytes(let type, _), .base64(let type, _): type
        case .url, .reference: nil
        }
    }

    /// For vendors that take a URL or a data URI in the same field; vendor references are passed as they are.
    package var urlOrDataURI: JSONValue {
        switch source {
        case .url(let text), .reference(let text): .string(text)
        case .bytes(let type, let bytes): .dataURI(type, bytes)
        case .base64(let type, let text): .plain("data:\(type.text);base64,", text)
        }
    }

    /// For vendors that take bare base64, or a URL in the same field.
    package var urlOrBase64: JSONValue {
        switch source {
        case .url(let text), .reference(let text): .string(text)
        case .bytes(_, let bytes): .base64(bytes)
        case .base64(_, let text): .plain("", text)
        }
    }
}

/// The ways in which a vendor takes media. What the client gave is brought into one of them before `start` is called.
package struct Transports: OptionSet, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }

    /// A URL is passed on; the vendor fetches it.
    package static let url = Transports(rawValue: 1)
    /// Bytes travel inside the call (data URI, base64, form part).
    package static let inline = Transports(rawValue: 2)
    /// Bytes are uploaded to the vendor first (`Vendor.upload`).
    package static let upload = Transports(rawValue: 4)
    /// The vendor's upload takes a URL and fetches it itself.
    package static let uploadFromURL = Transports(rawValue: 8)
}
