import Jobs

extension Model {
    /// The resolution to send: that of the job, if this model lets it be chosen. What merely follows from the rest is not sent.
    func chosenTier(for job: Job) -> Tier? { job.shape.tier.flatMap { open || tiers.contains($0) ? $0 : nil } }

    /// The proportions to send, likewise: a model that goes by the picture has no word for `adaptive`.
    func chosenRatio(for job: Job) -> Ratio? { job.shape.ratio.flatMap { open || ratios.contains($0) ? $0 : nil } }
}
