import Jobs

extension Model {
    /// The resolution to send: that of the job, if this model lets it be chosen. What merely follows from the rest is not sent.
    func selectedResolution(for job: Job) -> Resolution? {
        job.frameFormat.resolution.flatMap { acceptsAnything || resolutions.contains($0) ? $0 : nil }
    }

    /// The proportions to send, likewise: a model that follows the image has no word for `adaptive`.
    func selectedAspectRatio(for job: Job) -> AspectRatio? {
        job.frameFormat.aspectRatio.flatMap { acceptsAnything || aspectRatios.contains($0) ? $0 : nil }
    }
}
