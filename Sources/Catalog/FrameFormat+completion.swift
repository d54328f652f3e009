import Jobs
import Wire

extension FrameFormat {
    /// The shape with whichever of size, tier and ratio follow from the others, in the model's own spelling where it has one.
    func completed(for model: Model) -> FrameFormat {
        var frameFormat = self
        if let size = frameFormat.size {
            frameFormat.resolution = frameFormat.resolution ?? size.resolution(in: model.resolutions)
            // A size that the model lists needs none; one named after its short side may be none of the model's (752x560 is 480p in 4:3).
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

extension Size {
    /// The frame with that short side and those proportions; both sides even, as the codecs want them.
    init(lines: Int, aspectRatio: AspectRatio) {
        let half = Double(lines) * max(aspectRatio.value, 1 / aspectRatio.value) / 2
        let long = (Number.truncated(min(half, 1e6).rounded()) ?? lines) * 2
        self = aspectRatio.value >= 1 ? Size(width: long, height: lines) : Size(width: lines, height: long)
    }

    /// The tier named after the short side; one of `tiers` if it has as many lines.
    func resolution(in resolutions: [Resolution]) -> Resolution? {
        resolutions.first { $0.lines == shortSide } ?? Resolution(lines: shortSide)
    }

    /// The usual name of these proportions (848x480 is called 16:9), or their lowest terms.
    func namedAspectRatio(in aspectRatios: [AspectRatio]) -> AspectRatio {
        aspectRatios.first { !$0.isAdaptive && isNearly($0) } ?? Size.commonAspectRatios.first(where: isNearly) ?? aspectRatio
    }

    private static let commonAspectRatios = [
        AspectRatio(16, 9), AspectRatio(9, 16), AspectRatio(1, 1), AspectRatio(4, 3), AspectRatio(3, 4), AspectRatio(21, 9),
        AspectRatio(9, 21), AspectRatio(3, 2), AspectRatio(2, 3),
    ]

    /// Within three in a hundred: sides are rounded to multiples of 8, 16 or 32, so that 832x480 passes for 16:9 and 1248x704 too.
    func isNearly(_ aspectRatio: AspectRatio) -> Bool { !aspectRatio.isAdaptive && aspectRatio.distance(to: self.aspectRatio) < 0.03 }
}

extension AspectRatio {
    /// How far apart two proportions are: 0 for equal ones, about 0.01 for one in a hundred.
    func distance(to other: AspectRatio) -> Double {
        let quotient = max(value, other.value) / min(value, other.value)
        return quotient - 1
    }

    func nearest(in aspectRatios: [AspectRatio]) -> AspectRatio? {
        aspectRatios.filter { !$0.isAdaptive }.min { $0.distance(to: self) < $1.distance(to: self) }
    }
}

extension Resolution {
    /// The tier with the nearest number of lines; of two equally near the larger.
    func nearest(in resolutions: [Resolution]) -> Resolution? {
        guard let lines else { return nil }
        let known = resolutions.compactMap { resolution in resolution.lines.map { (resolution: resolution, lines: $0) } }
        return known.min { (abs($0.lines - lines), -$0.lines) < (abs($1.lines - lines), -$1.lines) }?.resolution
    }

    /// The same tier in a model's spelling: `4k` for `2160p`.
    func same(in resolutions: [Resolution]) -> Resolution? {
        resolutions.first { $0 == self } ?? resolutions.first { $0.lines != nil && $0.lines == lines }
    }
}
