import Catalog
import Jobs
import Wire

extension DeclaredVendor {
    /// Everything that a model of the file takes must stand in the call that starts it, and each of its modes must have one: nothing is
    /// dropped in silence.
    func checkCoverage(_ file: CatalogFile, _ root: LocatedJSON, members: [String: LocatedJSON]) throws(CatalogError) {
        let catalog = try Catalog(files: [file])
        let nodes = try members["models"]?.members() ?? []
        for model in catalog.models(of: card.name) {
            let node = nodes.first { $0.name == model.name }?.value ?? root
            for mode in Model.Mode.allCases where model.modes.contains(mode) { try check(model.variant(for: mode), in: mode, node) }
        }
    }

    private func check(_ model: Model, in mode: Model.Mode, _ node: LocatedJSON) throws(CatalogError) {
        let operation: String =
            switch mode {
            case .extend, .edit, .remix, .retake, .reframe, .hdr: mode.rawValue
            default: Operation.generate.name
            }
        let media = DeclaredVendor.media(of: mode, model)
        guard let start = starts.first(where: { $0.fits(Set(media + DeclaredVendor.alwaysPresent), operation) }) else {
            let with = media.isEmpty ? "" : " with \(media.joined(separator: " and "))"
            throw node.catalogError("no call in 'start' does the mode '\(mode.rawValue)': operation '\(operation)'\(with)")
        }
        let said = start.step.placeholderNames
        guard let field = (DeclaredVendor.fields(of: model) + DeclaredVendor.media(taken: model)).first(where: { !said.contains($0) })
        else { return }
        throw node.catalogError(
            "the model takes '\(field)', but the call that starts its mode '\(mode.rawValue)' has no {\(field)}; put it there, or take it "
                + "from the model"
        )
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
        return model.media.compactMap { limit in
            roles[limit.role].map { FlatBody.field(of: InputMedia($0, limit.kind, source: .url(""), param: "")) }
        }
    }
}
