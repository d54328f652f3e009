/// The requested frame, in any of the three ways in which APIs describe it. The catalog derives the missing ones from the others where
/// they follow, before a vendor gets the job.
package struct FrameFormat: Sendable, Equatable {
    package var size: Size?
    package var resolution: Resolution?
    package var aspectRatio: AspectRatio?

    package init(size: Size? = nil, resolution: Resolution? = nil, aspectRatio: AspectRatio? = nil) {
        self.size = size
        self.resolution = resolution
        self.aspectRatio = aspectRatio
    }

    package var isEmpty: Bool { size == nil && resolution == nil && aspectRatio == nil }

    /// The same frame, with those of size, resolution and aspect ratio that follow from the others, by the model's own names for them.
    package func completed(for model: Model) -> FrameFormat {
        var frameFormat = self
        if let size = frameFormat.size {
            frameFormat.resolution = frameFormat.resolution ?? size.resolution(in: model.resolutions)
            // A size that the model lists needs no resolution, and the one named after its short side may not be one of the model's
            // (752x560 is 480p in 4:3).
            let isListed = resolution == nil && !model.resolutions.isEmpty && model.sizes.contains(size)
            if isListed, let resolution = frameFormat.resolution, !model.resolutions.contains(resolution) { frameFormat.resolution = nil }
            frameFormat.aspectRatio = frameFormat.aspectRatio ?? size.namedAspectRatio(in: model.aspectRatios)
        } else if let resolution = frameFormat.resolution, let lines = resolution.lines, let aspectRatio = frameFormat.aspectRatio,
            !aspectRatio.isAdaptive
        {
            frameFormat.size =
                model.sizes.first { $0.shortSide == lines && $0.isNearly(aspectRatio) } ?? Size(lines: lines, aspectRatio: aspectRatio)
        }
        return frameFormat
    }
}
