import Jobs
import Wire

extension InputValue {
    /// First and last frame as a list: `{"type":"first_frame","url":…}`, `{"frame_type":"last_frame","image_url":…}`, or both words with
    /// the URL wrapped once more.
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

    /// Pictures, clips and sounds to follow, each `{"type":"image","url":…,"role":"reference_image"}` with type or role left out at will.
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

    /// How many clips: 1 to 10 in everybody's contract.
    func count() throws(Fault) -> Int {
        let count = try integer()
        guard (1...10).contains(count) else { throw wrongValue("'\(param)' must be between 1 and 10.") }
        return count
    }

    func positive() throws(Fault) -> Double {
        let number = try number()
        guard number > 0 else { throw wrongValue("'\(param)' must be above 0.") }
        return number
    }

    func framesPerSecond() throws(Fault) -> Double {
        let number = try number()
        guard number >= 1, number <= InputValue.maxFramesPerSecond else {
            throw wrongValue("'\(param)' must be between 1 and \(InputValue.formatted(InputValue.maxFramesPerSecond)) frames a second.")
        }
        return number
    }

    func guidance() throws(Fault) -> Double {
        let number = try number()
        guard number >= 0, number <= InputValue.maxGuidance else {
            throw wrongValue("'\(param)' must be between 0 and \(InputValue.formatted(InputValue.maxGuidance)).")
        }
        return number
    }

    /// A bound as messages name it.
    static func formatted(_ bound: Double) -> String { Number.text(bound) ?? "\(bound)" }

    /// More than any model of the field makes, and than any takes.
    static let maxFramesPerSecond = 60.0
    static let maxGuidance = 100.0

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
