import Jobs
import Wire

/// A job that its model supports, with a warning for everything that was changed.
package struct ValidatedJob: Sendable {
    /// The job for the vendor. Its frame format is completed (`FrameFormat.completed`); parameters that the model does not have are nil.
    package private(set) var job: Job
    /// The model; of a model with variants, the one for this job's mode.
    package let model: Model
    package let mode: Model.Mode
    package private(set) var warnings: [Warning]
    /// What the video will be, as far as it is known: the job's values, else the model's defaults.
    package let expected: Model.Defaults
    /// The quantities that the price depends on.
    package let billed: BilledClip
    /// The maximum cost by the catalog's prices; nil if they do not bound it.
    package let cost: Money?
}

extension ValidatedJob {
    /// Removes the parameters of `Job.extras` that the vendor does not take, with a warning, or refuses them. A parameter that holds
    /// media, or that means a length, a number or a size, is never removed: the video would be another one.
    /// - Parameters:
    ///   - names: the vendor's list.
    ///   - simulated: names that another vendor takes, which a simulated job ignores.
    ///   - adapt: what to do with the others.
    /// - Throws: a fault of the caller's kinds; also if a value holds a reserved name at any depth.
    package mutating func keepExtras(only names: Set<String>, simulated: Set<String> = [], adapt: AdaptPolicy) throws(Fault) {
        guard !job.extras.isEmpty else { return }
        for (name, value) in job.extras {
            if names.contains(name) {
                try ValidatedJob.rejectReserved(in: value, of: name)
                continue
            }
            let isMetadata = UnknownParameter.isClientMetadata(name)
            // Together with its name: only `file_id` shows that the text is a file.
            let scope: MediaValue.Scope = UnknownParameter.mayHoldLinks(name) ? .unambiguous : .anyLink
            if MediaValue.isPresent(in: .object([(name, value)]), scope) { throw unusedMedia(name) }
            let mayBeDropped = isMetadata || simulated.contains(name) || (adapt == .nearest && !UnknownParameter.changesVideo(name))
            guard mayBeDropped else {
                let message = "This model takes no '\(name)'.\(accepted(names))"
                throw Fault(.unsupported, message, param: name, code: "unknown_parameter")
            }
            let message = "This model takes no '\(name)'; it was left out."
            warnings.append(Warning(param: name, message: message, adapted: "\(name) dropped"))
        }
        job.extras.removeAll { !names.contains($0.name) }
    }

    private func accepted(_ names: Set<String>) -> String {
        names.isEmpty ? "" : " Beside the parameters that all models have in common, it takes \(Violation.list(names.sorted()))."
    }

    private func unusedMedia(_ name: String) -> Fault {
        let places = mediaNames
        let hint = places.isEmpty ? "This model takes no media." : "This model takes media as: \(Violation.list(places))."
        return Fault(
            .unsupported, "'\(name)' holds an image, video or audio, or a link, but no parameter has this name. \(hint)", param: name,
            code: "unknown_parameter")
    }

    /// Names that choose the model, the number of videos, the caller or the receiver of the answer.
    private static let reservedNames: Set<String> = [
        "model", "model_id", "model_name", "n", "count", "num_videos", "number_of_videos", "api_key", "apikey", "authorization", "api_base",
        "base_url", "organization", "callback", "callback_url", "callbackurl", "webhook", "webhook_url", "notify_url", "notify_hook",
    ]

    private static func rejectReserved(in value: JSONValue, of name: String) throws(Fault) {
        guard let json = try? JSON(parsing: value.text), let found = reservedMember(of: json) else { return }
        throw Fault(.invalid, "'\(found)' cannot be set in '\(name)'.", param: "\(name).\(found)", code: "invalid_value")
    }

    /// Searches texts that hold JSON too: self-hosted servers parse them and merge their members.
    private static func reservedMember(of json: JSON) -> String? {
        switch json.kind {
        case .object:
            for (name, value) in json.members {
                if reservedNames.contains(name.lowercased()) { return name }
                if let found = reservedMember(of: value) { return found }
            }
            return nil
        case .array: return json.elements.lazy.compactMap { reservedMember(of: $0) }.first
        case .string:
            guard let text = json.stringBytes, let first = text.first(where: { $0 > 0x20 }), "{[\"".utf8.contains(first) else { return nil }
            return (try? JSON(parsing: text)).flatMap { reservedMember(of: $0) }
        case .null, .bool, .number: return nil
        }
    }

    /// The names under which a client sends media to this model, one for each kind and role.
    private var mediaNames: [String] {
        if model.acceptsAnything { return ValidatedJob.allMediaNames }
        return model.media.map { ValidatedJob.mediaName($0.kind, $0.role) }.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    private static let allMediaNames = ["input_reference", "last_frame", "reference_images", "reference_videos", "audio_url", "video"]

    private static func mediaName(_ kind: InputMedia.Kind, _ role: String) -> String {
        switch (kind, role) {
        case (.image, "first_frame"): "input_reference"
        case (.image, "last_frame"): "last_frame"
        case (.image, "mask"): "mask"
        case (.video, "source"): "video"
        case (.audio, "audio"): "audio_url"
        default: "reference_\(kind.rawValue)s"
        }
    }
}
