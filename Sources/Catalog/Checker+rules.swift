import Jobs
import Wire

extension Checker {
    /// Holds the job against the model's rules; where one makes a change, all are looked at again.
    mutating func checkRules() throws(Fault) {
        guard !model.rules.isEmpty else { return }
        for _ in 0...model.rules.count {
            let facts = Facts(self)
            guard let rule = model.rules.first(where: { facts.hold($0.when) && !(facts[$0.field].map($0.allowed.contains) ?? true) }) else {
                return
            }
            try follow(rule, facts[rule.field] ?? "", facts)
        }
        throw Fault(.unsupported, "This combination of values is not possible with the model.", code: "unsupported")
    }

    private mutating func follow(_ rule: Model.Rule, _ value: String, _ facts: Facts) throws(Fault) {
        let cause = rule.when.keys.sorted().map { "\(Checker.param($0)) '\(facts[$0] ?? "")'" }.joined(separator: " and ")
        let objection = Objection.invalidValue(
            Checker.param(rule.field), value, Phrase.list(rule.allowed), condition: cause.isEmpty ? "" : " with \(cause)")
        if !isAsked(rule.field) {
            // The client left it open, so any allowed value is right; it is told nevertheless.
            let replacement = replace(rule)
            guard let replacement else { throw objection.fault }
            let change = "\(objection.param) \(value)->\(replacement)"
            return warnings.append(
                Warning(param: objection.param, message: "With \(cause), \(objection.param) is \(replacement).", adapted: change))
        }
        guard adapt == .nearest, let replacement = replace(rule) else { throw objection.fault }
        try yield(objection, as: replacement)
    }

    private func isAsked(_ field: String) -> Bool {
        switch field {
        case "seconds": job.duration != nil
        case "tier": job.shape.tier != nil
        case "ratio": job.shape.ratio != nil
        case "size": job.shape.size != nil
        case "fps": job.framesPerSecond != nil
        case "audio": job.audio != nil
        default: true
        }
    }

    /// Sets the rule's field to the allowed value nearest to what stands there; nil if that cannot be done.
    private mutating func replace(_ rule: Model.Rule) -> String? {
        switch rule.field {
        case "seconds":
            let values = rule.allowed.compactMap(Double.init)
            guard !values.isEmpty else { return nil }
            job.duration = .seconds(Model.Durations.nearest(to: job.duration?.seconds ?? model.usual.seconds ?? values[0], in: values))
            return job.duration?.seconds.flatMap(Number.text)
        case "tier":
            let tiers = rule.allowed.compactMap { Tier($0) }
            guard let tier = (job.shape.tier ?? model.usual.shape.tier)?.nearest(in: tiers) ?? tiers.first else { return nil }
            job.shape = Shape(tier: tier, ratio: job.shape.ratio).completed(for: model)
            return tier.text
        case "ratio":
            let ratios = rule.allowed.compactMap { Ratio($0) }
            guard let ratio = (job.shape.ratio ?? model.usual.shape.ratio)?.nearest(in: ratios) ?? ratios.first else { return nil }
            job.shape = Shape(tier: job.shape.tier, ratio: ratio).completed(for: model)
            return ratio.description
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

    /// The neutral field name that clients know a fact by.
    static func param(_ fact: String) -> String {
        switch fact {
        case "tier": "resolution"
        case "ratio": "aspect_ratio"
        default: fact
        }
    }
}
