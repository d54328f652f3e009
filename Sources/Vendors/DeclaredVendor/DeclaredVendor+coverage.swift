import Catalog
import Jobs
import Wire

extension DeclaredVendor {
    /// Everything that a model of the file takes must stand in the call that starts it, and each of its modes must have one: nothing is
    /// dropped in silence.
    func checkCoverage(_ file: CatalogFile, _ root: LocatedJSON, members: [String: LocatedJSON]) throws(CatalogError) {
        guard members["models"] != nil || members["others"] != nil else { return }
        let catalog = try Catalog(files: [file])
        let nodes = try members["models"]?.members() ?? []
        for model in catalog.models(of: card.name) {
            let node = nodes.first { $0.name == model.name }?.value ?? root
            for mode in Model.Mode.allCases where model.modes.contains(mode) {
                if let problem = coverageProblem(of: model.variant(for: mode), in: mode) { throw node.catalogError(problem) }
            }
        }
    }

    /// What the calls of the vendor lack for a model; nil where they cover all that it takes.
    package func coverageProblem(of model: Model, in mode: Model.Mode) -> String? {
        let operation: String =
            switch mode {
            case .extend, .edit, .remix, .retake, .reframe, .hdr: mode.rawValue
            default: Operation.generate.name
            }
        let media = DeclaredVendor.media(of: mode, model)
        let possible = possibleStarts(for: model, media, operation)
        guard !possible.isEmpty else {
            let with = media.isEmpty ? "" : " with \(media.joined(separator: " and "))"
            return "no call in 'start' does the mode '\(mode.rawValue)': operation '\(operation)'\(with)"
        }
        var missing = DeclaredVendor.fields(of: model).first { field in !possible.allSatisfy { $0.takes(field, model) } }
        // A call may be chosen by a medium that it takes beside those of the mode.
        missing =
            missing
            ?? DeclaredVendor.media(taken: model).first { medium in
                !possibleStarts(for: model, media + [medium], operation).contains { $0.takes(medium, model) }
            }
        return missing.map { field in
            "the model takes '\(field)', but the call that starts its mode '\(mode.rawValue)' has no {\(field)}; put it there, or take it "
                + "from the model"
        }
    }

    /// The calls of which one is made: those with conditions up to the first without.
    private func possibleStarts(for model: Model, _ media: [String], _ operation: String) -> [Start] {
        let facts = DeclaredVendor.fields(namedBy: model).map { "wire." + $0 }
        let names = Set(media + DeclaredVendor.alwaysPresent + facts)
        let fitting = starts.filter { $0.fits(names, operation) }
        return fitting.firstIndex(where: \.conditions.isEmpty).map { Array(fitting[...$0]) } ?? []
    }

    /// The neutral fields that the model's `wire` facts have a name for.
    static func fields(namedBy model: Model) -> Set<String> {
        let wire = FieldNames(model.wire)
        let names = Set((model.wire?.members ?? []).filter { $0.value.string != nil }.map(\.name))
        return wire.object("frames") == nil ? names : names.union(["seconds"])
    }

    /// What every job has, whatever its media.
    private static let alwaysPresent = ["model", "prompt", "operation"]

    private static func media(of mode: Model.Mode, _ model: Model) -> [String] {
        switch mode {
        case .text: []
        case .image: ["first_frame"]
        case .firstLast: ["first_frame", "last_frame"]
        case .lastOnly: ["last_frame"]
        case .references: Array(media(taken: model).filter { $0.hasPrefix("reference") }.prefix(1))
        case .keyframes: ["keyframe"]
        case .audio: ["audio_file"]
        case .extend, .edit, .remix, .retake, .reframe, .hdr: media(taken: model).filter { $0 == "source" }
        }
    }

    /// The neutral fields that the catalog lets through.
    private static func fields(of model: Model) -> [String] {
        var fields: [String] = []
        if model.maxPromptLength != 0 { fields.append("prompt") }
        switch model.durations {
        case .fixed, .source, .automatic: break
        case .any, .list, .range: fields.append("seconds")
        }
        if !model.resolutions.isEmpty { fields.append("tier") }
        if !model.aspectRatios.isEmpty { fields.append("ratio") }
        if !model.sizes.isEmpty && model.resolutions.isEmpty { fields.append("size") }
        if !model.framesPerSecond.isEmpty { fields.append("fps") }
        if model.seeds != nil { fields.append("seed") }
        if model.negativePrompt { fields.append("negative_prompt") }
        if model.audio == .optional { fields.append("audio") }
        return fields + model.fields.sorted()
    }

    private static func media(taken model: Model) -> [String] {
        let roles: [String: InputMedia.Role] = [
            "first_frame": .firstFrame, "last_frame": .lastFrame, "keyframe": .keyframe(0), "reference": .reference, "source": .source,
            "audio": .audio, "mask": .mask,
        ]
        return model.media.filter { $0.maxCount > 0 }.compactMap { limit in
            roles[limit.role].map { FlatBody.field(of: InputMedia($0, limit.kind, source: .url(""), param: "")) }
        }
    }
}

extension DeclaredVendor.Start {
    fileprivate func takes(_ field: String, _ model: Model) -> Bool {
        step.placeholderNames.contains(field) || hasModelFields && DeclaredVendor.fields(namedBy: model).contains(field)
    }
}
