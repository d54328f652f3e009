import Jobs
import Wire

extension JobValidator {
    /// Checks the model's rules; after each change, all of them again.
    mutating func checkRules() throws(Fault) {
        guard !model.rules.isEmpty else { return }
        for _ in 0...model.rules.count {
            let facts = RuleFacts(self)
            guard let rule = model.rules.first(where: { facts.satisfy($0.when) && !(facts[$0.field].map($0.allowed.contains) ?? true) })
            else {
                return
            }
            try apply(rule, facts[rule.field] ?? "", facts: facts)
        }
        throw Fault(.unsupported, "This combination of values is not possible with the model.", code: "unsupported")
    }

    private mutating func apply(_ rule: Model.Rule, _ value: String, facts: RuleFacts) throws(Fault) {
        let cause = rule.when.keys.sorted().map { "\(JobValidator.param($0)) '\(facts[$0] ?? "")'" }.joined(separator: " and ")
        let violation = Violation.invalidValue(
            JobValidator.param(rule.field), value, accepted: Violation.list(rule.allowed), condition: cause.isEmpty ? "" : " with \(cause)")
        if !isRequested(rule.field) {
            // The client left it open, so any allowed value is right; the warning says which one is used.
            let replacement = applyAllowedValue(rule)
            guard let replacement else { throw violation.fault }
            let change = "\(violation.param) \(value)->\(replacement)"
            return warnings.append(
                Warning(param: violation.param, message: "With \(cause), \(violation.param) is \(replacement).", adapted: change))
        }
        guard adapt == .nearest, let replacement = applyAllowedValue(rule) else { throw violation.fault }
        try replaceValue(violation, with: replacement)
    }

    /// Whether the client sent the fact itself, and not only its dialect's default.
    private func isRequested(_ field: String) -> Bool {
        switch field {
        case "seconds": requested.duration != nil
        case "tier": requested.frameFormat.resolution != nil || requested.frameFormat.size != nil
        case "ratio": requested.frameFormat.aspectRatio != nil || requested.frameFormat.size != nil
        case "size":
            requested.frameFormat.size != nil || requested.frameFormat.resolution != nil && requested.frameFormat.aspectRatio != nil
        case "fps": requested.framesPerSecond != nil
        case "audio": requested.audio != nil
        default: true
        }
    }

    /// Sets the rule's field to the nearest allowed value.
    /// - Returns: that value as a text; nil if none can be set.
    private mutating func applyAllowedValue(_ rule: Model.Rule) -> String? {
        switch rule.field {
        case "seconds":
            let values = rule.allowed.compactMap(Double.init)
            guard !values.isEmpty else { return nil }
            job.duration = .seconds(Model.Durations.nearest(to: job.duration?.seconds ?? model.defaults.seconds ?? values[0], in: values))
            return job.duration?.seconds.flatMap(Number.text)
        case "tier":
            let resolutions = rule.allowed.compactMap { Resolution($0) }
            guard
                let resolution = (job.frameFormat.resolution ?? model.defaults.frameFormat.resolution)?.nearest(in: resolutions)
                    ?? resolutions.first
            else { return nil }
            job.frameFormat = FrameFormat(resolution: resolution, aspectRatio: job.frameFormat.aspectRatio).completed(for: model)
            return resolution.text
        case "ratio":
            let aspectRatios = rule.allowed.compactMap { AspectRatio($0) }
            guard
                let aspectRatio = (job.frameFormat.aspectRatio ?? model.defaults.frameFormat.aspectRatio)?.nearest(in: aspectRatios)
                    ?? aspectRatios.first
            else { return nil }
            job.frameFormat = FrameFormat(resolution: job.frameFormat.resolution, aspectRatio: aspectRatio).completed(for: model)
            return aspectRatio.description
        case "fps":
            let values = rule.allowed.compactMap(Double.init)
            guard let rate = job.framesPerSecond, !values.isEmpty else { return nil }
            job.framesPerSecond = Model.Durations.nearest(to: rate, in: values)
            return job.framesPerSecond.flatMap(Number.text)
        case "audio":
            guard rule.allowed.count == 1, model.audio == .optional else { return nil }
            job.audio = rule.allowed[0] == "true"
            return rule.allowed[0]
        default:
            return nil
        }
    }

    /// The neutral name of a fact of the catalog.
    static func param(_ fact: String) -> String {
        switch fact {
        case "tier": "resolution"
        case "ratio": "aspect_ratio"
        default: fact
        }
    }

    /// A job's values as texts, for rules. What the job leaves open has the model's default.
    private struct RuleFacts {
        private let mode: Model.Mode
        private let expected: Model.Defaults
        private let isAutomatic: Bool
        private let framesPerSecond: Double?

        init(_ validator: borrowing JobValidator) {
            mode = validator.mode
            expected = validator.expected
            isAutomatic = validator.job.duration == .automatic
            framesPerSecond = validator.job.framesPerSecond
        }

        subscript(field: String) -> String? {
            switch field {
            case "mode": mode.rawValue
            case "tier": expected.frameFormat.resolution?.text
            case "ratio": expected.frameFormat.aspectRatio?.description
            case "size": expected.frameFormat.size?.description
            case "seconds": isAutomatic ? "auto" : expected.seconds.flatMap(Number.text)
            case "fps": framesPerSecond.flatMap(Number.text)
            case "audio": expected.audio.map { String($0) }
            default: nil
            }
        }

        /// Whether every fact has one of its values; an unknown fact has none.
        func satisfy(_ condition: [String: [String]]) -> Bool {
            condition.allSatisfy { field, values in self[field].map(values.contains) ?? false }
        }
    }
}
