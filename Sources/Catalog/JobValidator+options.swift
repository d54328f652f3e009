import Jobs
import Wire

extension JobValidator {
    /// Refuses or drops parameters that the model does not have, and values that it does not list. Switching off something that a model
    /// never makes is accepted.
    mutating func checkOptions() throws(Fault) {
        try checkSeed()
        if job.negativePrompt != nil && !model.negativePrompt {
            try dropParameter(.unsupported("negative_prompt", "This model takes no negative prompt; say in the prompt what to show."))
            job.negativePrompt = nil
        }
        try checkAudio()
        for parameter in Parameter.optional { try check(parameter) }
    }

    private mutating func check(_ parameter: Parameter) throws(Fault) {
        switch parameter.kind {
        case .word(let field): try checkWord(parameter.name, field)
        case .flag(let field): try checkFlag(parameter.name, field)
        case .number(let field): try checkNumber(parameter.name, field)
        case .count: try checkCount()
        case .text, .seed, .audio, .duration, .frameFormat, .media: break
        }
    }

    private mutating func checkSeed() throws(Fault) {
        guard let seed = job.seed else { return }
        guard let seeds = model.seeds else {
            try dropParameter(.unsupported("seed", "This model takes no seed."))
            job.seed = nil
            return
        }
        guard !seeds.contains(seed) else { return }
        try dropParameter(.invalidValue("seed", String(seed), accepted: "whole numbers from \(seeds.lowerBound) to \(seeds.upperBound)"))
        job.seed = nil
    }

    private mutating func checkAudio() throws(Fault) {
        switch (model.audio, job.audio) {
        case (.never, true?): try dropParameter(.unsupported("audio", "This model makes no audio."))
        case (.always, false?): try dropParameter(.unsupported("audio", "This model always makes audio."))
        default: break
        }
        if model.audio != .optional { job.audio = nil }
    }

    private mutating func checkWord(_ name: String, _ field: WritableKeyPath<Job, String?>) throws(Fault) {
        guard let requested = job[keyPath: field] else { return }
        if !model.fields.contains(name) {
            try dropParameter(.unsupported(name, "This model takes no \(name)."))
        } else if let choices = model.choices[name], !choices.contains(requested.lowercased()) {
            try dropParameter(.invalidValue(name, requested, accepted: Violation.list(choices)))
        } else {
            return
        }
        job[keyPath: field] = nil
    }

    private mutating func checkNumber(_ name: String, _ field: WritableKeyPath<Job, Double?>) throws(Fault) {
        guard job[keyPath: field] != nil, !model.fields.contains(name) else { return }
        try dropParameter(.unsupported(name, "This model takes no \(name)."))
        job[keyPath: field] = nil
    }

    private mutating func checkFlag(_ name: String, _ field: WritableKeyPath<Job, Bool?>) throws(Fault) {
        guard let requested = job[keyPath: field], !model.fields.contains(name) else { return }
        if requested { try dropParameter(.unsupported(name, "This model has no \(name).")) }
        job[keyPath: field] = nil
    }

    private func checkCount() throws(Fault) {
        let allowed = model.fields.contains("count") ? model.choices["count"] : ["1"]
        guard let allowed, !allowed.contains(String(job.count)) else { return }
        // Not adapted: another number of videos has another price, and the client waits for all of them.
        throw Violation.invalidValue("count", String(job.count), accepted: Violation.list(allowed)).fault
    }
}
