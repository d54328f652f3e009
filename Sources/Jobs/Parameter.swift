import Wire

/// One parameter of a job: its neutral name, the names that clients use for it, where a job keeps it, and its bounds.
///
/// `Parameter.all` is the only list of parameters. Dialects read requests with it (`clientNames`, `range`), the catalog checks jobs with it
/// (`optional`), and vendors build request bodies from it (`scalars`). A new parameter is a new field of `Job` and a new row here; a vendor
/// mentions it only where it has a name or a spelling of its own for it.
package struct Parameter: Sendable {
    /// A field of a job.
    package typealias Field<Value> = any WritableKeyPath<Job, Value> & Sendable

    /// What the value is, and the field of a job that holds it.
    package enum Kind: Sendable {
        /// Any text.
        case text(Field<String?>)
        /// A name, one of `Model.choices` if the model has a list.
        case word(Field<String?>)
        case flag(Field<Bool?>)
        case number(Field<Double?>)
        /// A whole number; -1 means random, as an absent seed does.
        case seed
        /// A flag; some APIs send an audio file by the same names.
        case audio
        case duration
        /// A size, a resolution or an aspect ratio; which one, the value shows.
        case frameFormat
        case count
        case media(Media)
    }

    /// How a parameter that holds media is written.
    package enum Media: Sendable, Hashable {
        /// An image; of a list, the others are references.
        case firstFrame
        case lastFrame
        /// A list of objects that say which frame they are.
        case frames
        /// Images at seconds of the video.
        case keyframes
        case references(InputMedia.Kind)
        /// A list of objects that may say their kind and role.
        case mixedReferences
        /// Named references.
        case subjects
        /// The audio that drives the video.
        case soundtrack
        case mask
    }

    /// The neutral name, in catalogs, in warnings and in `Fault.param`: `camera_motion`.
    package let name: String
    package let kind: Kind
    /// The numbers that any request may have; models have narrower limits.
    package let range: ClosedRange<Double>
    /// What the number counts, for messages: `frames per second`.
    package let unit: String?
    /// What APIs and SDKs call it, in `snake_case`.
    package let clientNames: [String]

    init(_ name: String, _ kind: Kind, in range: ClosedRange<Double> = -.infinity ... .infinity, unit: String? = nil, clientNames: [String])
    {
        self.name = name
        self.kind = kind
        self.range = range
        self.unit = unit
        self.clientNames = clientNames
    }

    /// Whether the value is one text, flag or number.
    package var isScalar: Bool {
        switch kind {
        case .text, .word, .flag, .number, .seed, .audio, .count: true
        case .duration, .frameFormat, .media: false
        }
    }

    /// Whether the length of the video is meant.
    package var isDuration: Bool { if case .duration = kind { true } else { false } }

    /// What a client wrote in its own words: a text or a word.
    package func text(of job: Job) -> String? {
        switch kind {
        case .text(let field), .word(let field): job[keyPath: field]
        case .flag, .number, .seed, .audio, .count, .duration, .frameFormat, .media: nil
        }
    }

    /// The value of a text, word, flag or number in a job. Nil if the job does not have it, for a count of 1, and for duration, frame
    /// format and media, which every vendor writes in its own way.
    package func jsonValue(of job: Job) -> JSONValue? {
        switch kind {
        case .text(let field), .word(let field): job[keyPath: field].map(JSONValue.string)
        case .flag(let field): job[keyPath: field].map(JSONValue.bool)
        case .number(let field): job[keyPath: field].map(JSONValue.double)
        case .seed: job.seed.map(JSONValue.int)
        case .audio: job.audio.map(JSONValue.bool)
        case .count: job.count > 1 ? .int(Int64(job.count)) : nil
        case .duration, .frameFormat, .media: nil
        }
    }

    /// The scalar parameters that a job has, with their values, in the order of the table.
    package static func scalarValues(of job: Job) -> [(parameter: Parameter, value: JSONValue)] {
        // Most jobs have none, and reading each through its key path costs as much as the rest of a body.
        guard job.hasScalars else { return [] }
        return scalars.compactMap { parameter in parameter.jsonValue(of: job).map { (parameter, $0) } }
    }
}

extension Job {
    fileprivate var hasScalars: Bool {
        negativePrompt != nil || framesPerSecond != nil || seed != nil || audio != nil || count > 1 || cameraMotion != nil || style != nil
            || watermark != nil || guidance != nil || enhancePrompt != nil || multiShot != nil
    }
}
