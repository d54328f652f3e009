import Jobs
import Wire

extension InputValue {
    /// First and last frame as a list: `{"type":"first_frame","url":…}`, `{"frame_type":"last_frame","image_url":…}`, or either with the
    /// URL in an object of its own.
    func frames() throws(Fault) -> [InputMedia] {
        guard let elements else { throw wrongType("a list of frames") }
        var media: [InputMedia] = []
        for element in elements {
            guard var fields = element.fields else { throw element.wrongType("an object with 'type' and 'url'") }
            let words = [fields.take("frame_type")?.trimmed, fields.take("role")?.trimmed, fields.take("type")?.trimmed].compactMap { $0 }
            guard let role = words.compactMap(InputValue.frameRole).first else {
                throw element.wrongValue("'\(element.param)' must say which frame it is: 'first_frame' or 'last_frame'.")
            }
            media.append(try element.medium(role, .image))
        }
        return media
    }

    /// Reference images, videos and audio, each `{"type":"image","url":…,"role":"reference_image"}`; type and role are optional.
    func references() throws(Fault) -> [InputMedia] {
        guard let elements else { throw wrongType("a list of references") }
        var media: [InputMedia] = []
        for element in elements {
            var fields = element.fields ?? InputFields()
            let words = [fields.take("role")?.trimmed, fields.take("type")?.trimmed].compactMap { $0 }
            let role = words.compactMap(InputValue.frameRole).first ?? .reference
            let kind = words.compactMap(InputValue.referenceKind).first ?? .image
            media.append(try element.medium(role, kind))
        }
        return media
    }

    /// What a parameter that holds media says.
    func media(_ media: Parameter.Media) throws(Fault) -> [InputMedia] {
        switch media {
        case .firstFrame: try self.media(.firstFrame, others: .reference, .image)
        case .lastFrame: [try medium(.lastFrame, .image)]
        case .frames: try frames()
        case .keyframes: try keyframes()
        case .references(let kind): try self.media(.reference, others: .reference, kind)
        case .mixedReferences: try references()
        case .subjects: try subjects()
        case .soundtrack: [try medium(.audio, .audio)]
        case .mask: [try medium(.mask, .image)]
        }
    }

    /// The number of videos.
    func count() throws(Fault) -> Int {
        let count = try integer()
        guard Parameter.count.range.contains(Double(count)) else { throw outOfRange(Parameter.count) }
        return count
    }

    func positive() throws(Fault) -> Double {
        let number = try number()
        guard number > 0 else { throw wrongValue("'\(param)' must be above 0.") }
        return number
    }

    /// A number within the parameter's range.
    func number(of parameter: Parameter) throws(Fault) -> Double {
        let number = try number()
        guard parameter.range.contains(number) else { throw outOfRange(parameter) }
        return number
    }

    private func outOfRange(_ parameter: Parameter) -> Fault {
        let (lower, upper) = (parameter.range.lowerBound, parameter.range.upperBound)
        let bounds = "between \(InputValue.formatted(lower)) and \(InputValue.formatted(upper))"
        return wrongValue("'\(param)' must be \(bounds)\(parameter.unit.map { " " + $0 } ?? "").")
    }

    /// A bound in a message: `60`, `0.5`.
    static func formatted(_ bound: Double) -> String { Number.text(bound) ?? "\(bound)" }

    private static func frameRole(_ word: String) -> InputMedia.Role? {
        switch word {
        case "first_frame", "first": .firstFrame
        case "last_frame", "last": .lastFrame
        default: nil
        }
    }

    private static func referenceKind(_ word: String) -> InputMedia.Kind? {
        for kind in InputMedia.Kind.allCases where word.hasPrefix(kind.rawValue) || word.hasSuffix("_" + kind.rawValue) { return kind }
        return nil
    }
}
