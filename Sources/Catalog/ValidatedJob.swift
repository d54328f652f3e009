import Jobs

/// A job that its model can do, with everything that was done to it told.
package struct ValidatedJob: Sendable {
    /// The job as the vendor is to see it. Its shape is completed: size, tier and ratio as far as they follow from each other, in the
    /// model's own spelling. Wishes that the model has no word for are nil.
    package var job: Job
    /// The model that does it: of a model with variants, the one for this job's mode.
    package var model: Model
    package var mode: Model.Mode
    package var warnings: [Warning]
    /// What will be made as far as it is known: the job's values, else the model's usual ones.
    package var expected: Model.Defaults
    /// What it is charged by.
    package var billed: BilledClip
    /// The most that it will cost by the catalog's prices; nil where they do not say.
    package var cost: Money?
}

extension Catalog {
    /// Holds a job against what the model can do.
    /// - Throws: a fault of the caller's kinds that says what is accepted. `param` is a neutral field name (`seconds`, `size`,
    ///   `resolution`, `aspect_ratio`, `fps`, `seed`, `negative_prompt`, `prompt`, `audio`, `count`, …), or what the client called the
    ///   medium at fault.
    package func validate(_ job: Job, on model: Model, adapt: AdaptPolicy) throws(Fault) -> ValidatedJob {
        // An open model's name may be what the vendor calls one of the listed ones.
        let model = model.acceptsAnything ? self.model(model.name, of: model.vendor) ?? model : model
        var checker = try JobValidator(job: job, family: model, adapt: adapt)
        return try checker.validate()
    }
}
