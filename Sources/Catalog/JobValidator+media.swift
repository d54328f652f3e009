import Jobs
import Wire

extension JobValidator {
    /// Checks kinds, roles, counts, types and sizes of the media against the model's limits. Media are never dropped: a video without the
    /// image that the client sent is another video.
    func checkMedia() throws(Fault) {
        for limit in model.media { try checkCount(limit) }
        for medium in job.media {
            guard let limit = model.media.first(where: { $0.kind == medium.kind && $0.role == medium.role.name }) else {
                throw Fault(
                    .unsupported, "This model takes no \(medium.kind.rawValue) as \(medium.role.name).\(acceptedMedia)",
                    param: medium.param,
                    code: "unsupported")
            }
            try checkForm(medium, limit)
        }
        try checkSubjects()
        try checkSource()
    }

    /// Refuses names of references that the vendor would not get: they would mean nothing in the prompt.
    private func checkSubjects() throws(Fault) {
        let named = job.media.filter { $0.subject != nil }
        guard let first = named.first else { return }
        guard model.fields.contains("subjects") else {
            throw Fault(
                .unsupported, "This model takes no named references; send the images as 'reference_images'.", param: "subjects",
                code: "unsupported")
        }
        guard job.media.allSatisfy({ $0.role != .reference || $0.subject != nil }) else {
            throw Fault(
                .invalid, "References are either all named ('subjects') or none of them.", param: first.param, code: "invalid_value")
        }
        let counts = Dictionary(grouping: named) { $0.subject }
        guard let tooMany = counts.values.first(where: { $0.count > JobValidator.maxImagesPerSubject }) else { return }
        throw Fault(
            .unsupported, "A subject may have at most \(JobValidator.maxImagesPerSubject) images; this one has \(tooMany.count).",
            param: tooMany[JobValidator.maxImagesPerSubject].param, code: "invalid_value")
    }

    /// Vidu's limit; no other vendor has named references.
    private static let maxImagesPerSubject = 3

    private func checkCount(_ limit: Model.MediaLimit) throws(Fault) {
        let media = job.media.filter { $0.kind == limit.kind && $0.role.name == limit.role }
        guard media.count > limit.maxCount else { return }
        throw Fault(
            .unsupported, "Too many \(limit.kind.rawValue)s as \(limit.role): \(media.count). At most \(limit.maxCount) are supported.",
            param: media[limit.maxCount].param, code: "invalid_value")
    }

    private func checkForm(_ medium: InputMedia, _ limit: Model.MediaLimit) throws(Fault) {
        if let type = medium.type, !limit.types.isEmpty, !limit.types.contains(type) {
            throw Violation.invalidValue(medium.param, type.text, accepted: Violation.list(limit.types.map(\.text))).fault
        }
        if let maxBytes = limit.maxBytes, let count = medium.byteCount, count > maxBytes {
            throw Fault(
                .tooLarge, "The \(medium.kind.rawValue) is too large: \(count) bytes. At most \(maxBytes) are supported.",
                param: medium.param,
                code: "invalid_value")
        }
    }

    /// Refuses an operation on a video without one. An earlier job stands for it if the model supports that.
    private func checkSource() throws(Fault) {
        if job.previous != nil && !model.fields.contains("previous") {
            throw Fault(
                .unsupported, "This model cannot continue an earlier job; send the video itself.", param: "video", code: "unsupported")
        }
        guard job.operation != .generate, job.previous == nil, job.medium(.source) == nil else { return }
        throw Fault(.missing, "A video is needed to \(job.operation.name).", param: "video", code: "missing_required_parameter")
    }

    private var acceptedMedia: String {
        let words = model.media.map { "\($0.kind.rawValue) as \($0.role)" }
        return words.isEmpty ? "" : " It takes: \(words.joined(separator: ", "))."
    }
}
