import Wire

/// What a job does. Every operation but `generate` needs a source: a medium with the role `.source`, or an earlier job of the same account.
package enum Operation: Sendable, Equatable {
    case generate
    /// Adds time before or after the source. `context`: how many seconds of the source the model looks at.
    case extend(Edge, context: Double?)
    case edit
    /// The same video again with another prompt.
    case remix
    /// Replaces a part of the source that begins at second `start`; the job's duration is its length.
    case retake(start: Double, replacing: Replacing)
    case reframe
    /// Converts to high dynamic range.
    case hdr

    /// The end of the source that is extended.
    package enum Edge: String, Sendable { case start, end }

    /// The tracks that a retake replaces; raw values are LTX's.
    package enum Replacing: String, Sendable {
        case audio = "replace_audio"
        case video = "replace_video"
        case both = "replace_audio_and_video"
    }

    /// The operation in catalogs, in messages and in the journal.
    package var name: String {
        switch self {
        case .generate: "generate"
        case .extend: "extend"
        case .edit: "edit"
        case .remix: "remix"
        case .retake: "retake"
        case .reframe: "reframe"
        case .hdr: "hdr"
        }
    }
}
