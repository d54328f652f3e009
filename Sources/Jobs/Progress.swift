import Wire

/// Where a job stands at its vendor.
package enum Progress: Sendable {
    case queued
    /// 0...100 where the vendor tells it.
    case running(percent: Int?)
    case done([Asset])
    case failed(Fault)
    /// A word that the vendor's file does not know. Told to clients as running, counted and logged, ended by the job's deadline.
    case unknown(String)

    package var isFinal: Bool {
        switch self {
        case .done, .failed: true
        case .queued, .running, .unknown: false
        }
    }
}

/// What a vendor's file makes of a ticket or a reply: the state, or one more call whose reply it wants to see.
package enum PollStep: Sendable {
    case progress(Progress)
    case call(Call)
}

/// One thing that a finished job has made.
package struct Asset: Sendable {
    package enum Kind: String, Sendable {
        case video, thumbnail, spritesheet
        case lastFrame = "last_frame"
        case audio
    }

    package enum Place: Sendable {
        /// A URL out of the vendor's reply. With `credentials`, it needs the account's key.
        case url(String, credentials: Bool)
        /// One more call gives the bytes.
        case call(Call)
        /// The reply to this call holds the bytes as base64 in its long string number `string`, counted from 0; decoded as a stream.
        case inline(Call, string: Int)
        /// The reply held these bytes, as base64 so short that it was not left out.
        case bytes(Bytes)
    }

    package var kind: Kind
    package var place: Place
    package var type: MediaType?
    package var bytes: Int?
    package var expires: Timestamp?

    package init(_ kind: Kind = .video, _ place: Place, type: MediaType? = nil, bytes: Int? = nil, expires: Timestamp? = nil) {
        self.kind = kind
        self.place = place
        self.type = type
        // Vendors write -1 or 0 where they do not know.
        self.bytes = bytes.flatMap { $0 > 0 ? $0 : nil }
        self.expires = expires
    }
}

/// The next step of bringing a medium to a vendor: a call to make, or the medium as `start` is to see it.
package enum UploadStep: Sendable {
    case call(Call)
    case done(InputMedia.Source)
}
