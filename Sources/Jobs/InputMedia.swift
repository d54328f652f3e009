import Wire

/// An image, video or audio that goes into a job, with its role there.
package struct InputMedia: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case image, video, audio

        /// The kind of a media type: `image` for `image/png`. Nil if it is none of these.
        package init?(of type: MediaType) {
            guard let kind = Kind.allCases.first(where: { type.text.hasPrefix($0.rawValue + "/") }) else { return nil }
            self = kind
        }
    }

    package enum Role: Sendable, Hashable {
        case firstFrame
        case lastFrame
        /// A frame in between, at that second of the video.
        case keyframe(Double)
        /// Shows a person, an object or a style.
        case reference
        /// The video that is extended, edited or reframed.
        case source
        /// The audio that drives an audio-to-video job.
        case audio
        /// The part of the source that is edited.
        case mask

        /// The role in catalogs and messages.
        package var name: String {
            switch self {
            case .firstFrame: "first_frame"
            case .lastFrame: "last_frame"
            case .keyframe: "keyframe"
            case .reference: "reference"
            case .source: "source"
            case .audio: "audio"
            case .mask: "mask"
            }
        }

        package var isKeyframe: Bool { if case .keyframe = self { true } else { false } }
    }

    package enum Source: Sendable {
        /// A public http(s) URL that the client named.
        case url(String)
        case bytes(MediaType, Slice)
        /// The base64 of a data URI, not yet decoded.
        case base64(MediaType, Slice)
        /// The vendor's own reference: `asset://…`, `ltx://uploads/…`, the id of an uploaded file.
        case reference(String)
    }

    /// What several images show together, with the name that the prompt uses for it: `@hero`.
    package struct Subject: Sendable, Hashable {
        package var name: String
        package init(name: String) { self.name = name }
    }

    package var role: Role
    package var kind: Kind
    package var source: Source
    /// The file name that the client sent; never used as a path.
    package var fileName: String?
    /// For named references.
    package var subject: Subject?
    /// The client's parameter, for messages: `input_reference`, `image_url`.
    package var param: String

    package init(_ role: Role, _ kind: Kind, source: Source, fileName: String? = nil, param: String) {
        self.role = role
        self.kind = kind
        self.source = source
        self.fileName = fileName
        self.param = param
    }

    /// The media type; nil if it is not known without fetching.
    package var type: MediaType? {
        switch source {
        case .bytes(let type, _), .base64(let type, _): type
        case .url, .reference: nil
        }
    }

    /// The size, for base64 up to two bytes too large; nil if it is not known without fetching.
    package var byteCount: Int? {
        switch source {
        case .bytes(_, let bytes): bytes.count
        case .base64(_, let text): text.count / 4 * 3
        case .url, .reference: nil
        }
    }

    /// A URL or a data URI, for vendors that accept both in one field; vendor references are passed unchanged.
    package var urlOrDataURI: JSONValue {
        switch source {
        case .url(let text), .reference(let text): .string(text)
        case .bytes(let type, let bytes): .dataURI(type, bytes)
        case .base64(let type, let text): .plain("data:\(type.text);base64,", text)
        }
    }

    /// A URL or bare base64, for vendors that accept both in one field.
    package var urlOrBase64: JSONValue {
        switch source {
        case .url(let text), .reference(let text): .string(text)
        case .bytes(_, let bytes): .base64(bytes)
        case .base64(_, let text): .plain("", text)
        }
    }
}
