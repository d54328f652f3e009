import Jobs
import Wire

extension ValidatedJob {
    /// Leaves nothing among the parameters that go along by a vendor's own names but those that it takes. The others are refused, or left
    /// out with a warning. What holds media, or means a length, a number or a size, is never left out: the clip would be another one.
    /// - Parameters:
    ///   - names: the vendor's list.
    ///   - simulated: names that another vendor takes, which a simulated job has no use for.
    ///   - adapt: what to do with the others.
    /// - Throws: a fault of the caller's kinds. Also where a value holds, at any depth, what is decided elsewhere.
    package mutating func keepExtras(only names: Set<String>, simulated: Set<String> = [], adapt: AdaptPolicy) throws(Fault) {
        guard !job.extras.isEmpty else { return }
        for (name, value) in job.extras {
            if names.contains(name) {
                try ValidatedJob.rejectReserved(in: value, of: name)
                continue
            }
            let isNote = UnknownParameter.isClientMetadata(name)
            // With its name: `file_id` alone says that the text is a file.
            let scope: MediaValue.Scope = UnknownParameter.mayHoldLinks(name) ? .unambiguous : .anyLink
            if MediaValue.isPresent(in: .object([(name, value)]), scope) { throw unusedMedia(name) }
            let mayBeDropped = isNote || simulated.contains(name) || (adapt == .nearest && !UnknownParameter.changesVideo(name))
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
        names.isEmpty ? "" : " Beside the parameters that all models have in common, it takes \(Messages.list(names.sorted()))."
    }

    private func unusedMedia(_ name: String) -> Fault {
        let places = model.mediaNames
        let hint = places.isEmpty ? "This model takes no media." : "This model takes media as: \(Messages.list(places))."
        return Fault(
            .unsupported, "'\(name)' holds an image, video or audio, or a link, but no parameter has this name. \(hint)", param: name,
            code: "unknown_parameter")
    }

    /// What decides over model, price, caller and where an answer goes.
    private static let reservedNames: Set<String> = [
        "model", "model_id", "model_name", "n", "count", "num_videos", "number_of_videos", "api_key", "apikey", "authorization", "api_base",
        "base_url", "organization", "callback", "callback_url", "callbackurl", "webhook", "webhook_url", "notify_url", "notify_hook",
    ]

    private static func rejectReserved(in value: JSONValue, of name: String) throws(Fault) {
        guard let json = try? JSON(parsing: value.text), let found = reservedMember(of: json) else { return }
        throw Fault(.invalid, "'\(found)' cannot be set in '\(name)'.", param: "\(name).\(found)", code: "invalid_value")
    }

    /// Looks into texts that hold JSON too: servers of one's own parse them and put their members beside the others.
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
}
