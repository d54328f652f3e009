import Jobs
import Wire

extension JobValidator {
    /// Translates the requested frame format to the sizes, resolutions and aspect ratios of the model.
    mutating func checkFrameFormat() throws(Fault) {
        guard !job.frameFormat.isEmpty else {
            if let frameFormat = exactFormat(job.dialectDefaults.frameFormat) { job.frameFormat = frameFormat }
            return
        }
        let requested = job.frameFormat
        if let size = requested.size {
            try checkAgreement(size)
            return try checkSize(size)
        }
        if model.resolutions.isEmpty && model.aspectRatios.isEmpty && !model.sizes.isEmpty { return try checkBySizes() }
        try checkResolution()
        try checkAspectRatio()
        job.frameFormat = job.frameFormat.completed(for: model)
    }

    /// The same frame in the model's terms; nil if the model cannot make exactly that.
    private func exactFormat(_ requested: FrameFormat) -> FrameFormat? {
        if let size = requested.size {
            if model.sizes.contains(size) { return FrameFormat(size: size).completed(for: model) }
            guard let resolution = size.resolution(in: []), let mine = resolution.same(in: model.resolutions) else { return nil }
            guard let aspectRatio = model.aspectRatios.first(where: { size.isNearly($0) }) else { return nil }
            return FrameFormat(size: size, resolution: mine, aspectRatio: aspectRatio)
        }
        let resolution = requested.resolution.flatMap { $0.same(in: model.resolutions) }
        let aspectRatio = requested.aspectRatio.flatMap { model.aspectRatios.contains($0) ? $0 : nil }
        guard !requested.isEmpty, (requested.resolution == nil) == (resolution == nil),
            (requested.aspectRatio == nil) == (aspectRatio == nil)
        else { return nil }
        return FrameFormat(resolution: resolution, aspectRatio: aspectRatio).completed(for: model)
    }

    /// Checks that a resolution or aspect ratio sent with a size agrees with it.
    private mutating func checkAgreement(_ size: Size) throws(Fault) {
        if let resolution = job.frameFormat.resolution, resolution.lines != size.shortSide {
            try replaceValue(
                .invalidValue(
                    "resolution", resolution.text, accepted: Violation.list(["\(size.shortSide)p"]), condition: " with size '\(size)'"),
                with: "\(size.shortSide)p")
        }
        if let aspectRatio = job.frameFormat.aspectRatio, !aspectRatio.isAdaptive, !size.isNearly(aspectRatio) {
            try replaceValue(
                .invalidValue(
                    "aspect_ratio", aspectRatio.description, accepted: Violation.list([size.aspectRatio.description]),
                    condition: " with size '\(size)'"),
                with: "\(size.aspectRatio)")
        }
        job.frameFormat = FrameFormat(size: size)
    }

    private mutating func checkSize(_ size: Size) throws(Fault) {
        if let frameFormat = exactFormat(FrameFormat(size: size)) {
            job.frameFormat = frameFormat
            if adapt == .nearest && !model.sizes.contains(size) {
                warnings.append(
                    Warning(
                        param: "size", message: "This model has other names for sizes.", adapted: "size \(size)->\(words(frameFormat))"))
            }
            return
        }
        if model.sizes.isEmpty && (followsInputImage || model.aspectRatios.isEmpty || model.resolutions.isEmpty) {
            return try checkPartialSize(size)
        }
        let nearest = nearest(to: size)
        try replaceValue(.invalidValue("size", "\(size)", accepted: Violation.list(acceptedSizes)), with: words(nearest))
        job.frameFormat = nearest
    }

    /// For a model where only the resolution, only the aspect ratio, or neither can be chosen: the rest is the model's, or the input
    /// image's.
    private mutating func checkPartialSize(_ size: Size) throws(Fault) {
        var frameFormat = FrameFormat()
        let (defaults, lines) = (model.defaults.frameFormat, size.resolution(in: []))
        frameFormat.resolution = lines?.same(in: model.resolutions)
        frameFormat.aspectRatio = model.aspectRatios.first { size.isNearly($0) }
        let resolutionFits =
            frameFormat.resolution != nil
            || model.resolutions.isEmpty && (defaults.resolution == nil || defaults.resolution?.lines == size.shortSide)
        let aspectRatioFits =
            frameFormat.aspectRatio != nil
            || model.aspectRatios.isEmpty
                && (followsInputImage || defaults.aspectRatio == nil || size.isNearly(defaults.aspectRatio ?? .adaptive))
        if !resolutionFits || !aspectRatioFits {
            frameFormat.resolution = frameFormat.resolution ?? lines?.nearest(in: model.resolutions)
            frameFormat.aspectRatio = frameFormat.aspectRatio ?? size.aspectRatio.nearest(in: model.aspectRatios)
            try replaceValue(.invalidValue("size", "\(size)", accepted: acceptedPartialSizes), with: words(frameFormat))
        } else if frameFormat.resolution == nil && defaults.resolution == nil
            || frameFormat.aspectRatio == nil && (followsInputImage || defaults.aspectRatio == nil)
            || adapt == .nearest
        {
            let rest = followsInputImage ? "the input image" : "the model"
            warnings.append(
                Warning(
                    param: "size", message: "Only a part of the size can be chosen; the rest follows \(rest).",
                    adapted: "size \(size)->\(words(frameFormat))"))
        }
        job.frameFormat = frameFormat.completed(for: model)
    }

    /// For a model with a list of sizes alone.
    private mutating func checkBySizes() throws(Fault) {
        let requested = job.frameFormat
        let defaults = model.defaults.frameFormat.size ?? model.sizes[0]
        let fitting = model.sizes.filter { size in
            (requested.resolution.map { $0.lines == size.shortSide } ?? true)
                && (requested.aspectRatio.map { $0.isAdaptive || size.isNearly($0) } ?? true)
        }
        if let size = fitting.first(where: { $0 == defaults }) ?? fitting.first(where: { $0.isNearly(defaults.aspectRatio) })
            ?? fitting.first
        {
            job.frameFormat = FrameFormat(size: size, resolution: requested.resolution, aspectRatio: requested.aspectRatio).completed(
                for: model)
            return
        }
        let target = Size(
            lines: requested.resolution?.lines ?? defaults.shortSide,
            aspectRatio: requested.aspectRatio.flatMap { $0.isAdaptive ? nil : $0 } ?? defaults.aspectRatio)
        let (param, value) =
            requested.resolution.map { ("resolution", $0.text) } ?? ("aspect_ratio", requested.aspectRatio?.description ?? "")
        let nearest = nearest(to: target)
        try replaceValue(.invalidValue(param, value, accepted: Violation.list(model.sizes.map(\.description))), with: words(nearest))
        job.frameFormat = nearest
    }

    private mutating func checkResolution() throws(Fault) {
        guard let resolution = job.frameFormat.resolution else { return }
        if let mine = resolution.same(in: model.resolutions) {
            job.frameFormat.resolution = mine
        } else if let nearest = resolution.nearest(in: model.resolutions) {
            try replaceValue(
                .invalidValue("resolution", resolution.text, accepted: Violation.list(model.resolutions.map(\.text))), with: nearest.text)
            job.frameFormat.resolution = nearest
        } else if model.defaults.frameFormat.resolution?.lines != resolution.lines || resolution.lines == nil {
            let only = model.defaults.frameFormat.resolution.map { "Supported values are: '\($0)'." } ?? ""
            try dropParameter(.unsupported("resolution", "The resolution of this model cannot be chosen. \(only)"))
            job.frameFormat.resolution = nil
        }
    }

    private mutating func checkAspectRatio() throws(Fault) {
        guard let aspectRatio = job.frameFormat.aspectRatio, !model.aspectRatios.contains(aspectRatio) else { return }
        if model.aspectRatios.isEmpty {
            if aspectRatio.isAdaptive && followsInputImage || model.defaults.frameFormat.aspectRatio == aspectRatio { return }
            try dropParameter(
                .unsupported(
                    "aspect_ratio",
                    followsInputImage
                        ? "The aspect ratio follows the input image." : "The aspect ratio of this model cannot be chosen."))
            job.frameFormat.aspectRatio = nil
        } else {
            let nearest =
                aspectRatio.isAdaptive
                ? (model.defaults.frameFormat.aspectRatio ?? model.aspectRatios[0])
                : aspectRatio.nearest(in: model.aspectRatios) ?? model.aspectRatios[0]
            try replaceValue(
                .invalidValue("aspect_ratio", aspectRatio.description, accepted: Violation.list(model.aspectRatios.map(\.description))),
                with: nearest.description)
            job.frameFormat.aspectRatio = nearest
        }
    }

    /// The nearest frame, by aspect ratio first, then by lines.
    private func nearest(to size: Size) -> FrameFormat {
        if model.resolutions.isEmpty && model.aspectRatios.isEmpty
            || !model.sizes.isEmpty && (model.resolutions.isEmpty || model.aspectRatios.isEmpty)
        {
            let best = model.sizes.min {
                (distance($0, size), abs($0.shortSide - size.shortSide)) < (distance($1, size), abs($1.shortSide - size.shortSide))
            }
            return FrameFormat(size: best).completed(for: model)
        }
        return FrameFormat(
            resolution: size.resolution(in: [])?.nearest(in: model.resolutions),
            aspectRatio: size.aspectRatio.nearest(in: model.aspectRatios)
        ).completed(for: model)
    }

    /// Aspect ratios less than 3 % apart count as equal.
    private func distance(_ a: Size, _ b: Size) -> Int { Number.truncated(a.aspectRatio.distance(to: b.aspectRatio) / 0.03) ?? .max }

    /// Whether the video has the aspect ratio of the input image or video because the model does not let it be chosen.
    private var followsInputImage: Bool { model.aspectRatios.isEmpty && mode != .text && mode != .audio }

    private var acceptedSizes: [String] {
        if !model.sizes.isEmpty { return model.sizes.map(\.description) }
        return model.resolutions.flatMap { resolution in
            model.aspectRatios.compactMap { aspectRatio in
                aspectRatio.isAdaptive ? nil : resolution.lines.map { Size(lines: $0, aspectRatio: aspectRatio).description }
            }
        }
    }

    private var acceptedPartialSizes: String {
        let resolutions = model.resolutions.isEmpty ? model.defaults.frameFormat.resolution.map { [$0] } ?? [] : model.resolutions
        let aspectRatios = model.aspectRatios.isEmpty ? model.defaults.frameFormat.aspectRatio.map { [$0] } ?? [] : model.aspectRatios
        return Violation.list(resolutions.map(\.text) + aspectRatios.map(\.description))
    }

    /// `720p 16:9`, or the size for a model with a list of sizes.
    private func words(_ frameFormat: FrameFormat) -> String {
        if let size = frameFormat.size, model.sizes.contains(size) { return "\(size)" }
        let resolution = model.resolutions.isEmpty ? nil : frameFormat.resolution?.text
        let aspectRatio = model.aspectRatios.isEmpty ? nil : frameFormat.aspectRatio?.description
        let words = [resolution, aspectRatio].compactMap { $0 }.joined(separator: " ")
        return words.isEmpty ? "default" : words
    }
}
