import Jobs
import Wire

extension JobValidator {
    /// The optional wishes: what the model has no word for is refused or dropped with a warning. Asking for the absence of something that a
    /// model never makes is no wish.
    mutating func checkOptions() throws(Fault) {
        try checkSeed()
        if job.negativePrompt != nil && !model.negativePrompt {
            try dropParameter(.unsupported("negative_prompt", "This model takes no negative prompt; say in the prompt what is to be seen."))
            job.negativePrompt = nil
        }
        try checkAudio()
        try checkChoice("camera_motion", \.cameraMotion)
        try checkChoice("style", \.style)
        if job.guidance != nil && !model.fields.contains("guidance") {
            try dropParameter(.unsupported("guidance", "How closely this model follows the prompt cannot be chosen."))
            job.guidance = nil
        }
        try checkSwitch("watermark", \.watermark)
        try checkSwitch("enhance_prompt", \.enhancePrompt)
        try checkSwitch("multi_shot", \.multiShot)
        try checkCount()
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
        case (.never, true?): try dropParameter(.unsupported("audio", "This model makes no sound."))
        case (.always, false?): try dropParameter(.unsupported("audio", "This model always makes sound."))
        default: break
        }
        if model.audio != .optional { job.audio = nil }
    }

    private mutating func checkChoice(_ field: String, _ value: WritableKeyPath<Job, String?>) throws(Fault) {
        guard let requested = job[keyPath: value] else { return }
        if !model.fields.contains(field) {
            try dropParameter(.unsupported(field, "This model takes no \(field)."))
        } else if let choices = model.choices[field], !choices.contains(requested.lowercased()) {
            try dropParameter(.invalidValue(field, requested, accepted: Messages.list(choices)))
        } else {
            return
        }
        job[keyPath: value] = nil
    }

    private mutating func checkSwitch(_ field: String, _ value: WritableKeyPath<Job, Bool?>) throws(Fault) {
        guard let requested = job[keyPath: value], !model.fields.contains(field) else { return }
        if requested { try dropParameter(.unsupported(field, "This model has no \(field).")) }
        job[keyPath: value] = nil
    }

    private func checkCount() throws(Fault) {
        let allowed = model.fields.contains("count") ? model.choices["count"] : ["1"]
        guard let allowed, !allowed.contains(String(job.count)) else { return }
        // Another number of clips is another price, and fewer than the client waits for.
        throw Violation.invalidValue("count", String(job.count), accepted: Messages.list(allowed)).fault
    }
}
