import Wire

/// A place in an answer: `data.task_id`, `outputs[].url` (each element), `videos[0]`, `data.result.(json).urls[]` (a text
/// that holds JSON).
struct JSONPath: Sendable, ExpressibleByStringLiteral {
    enum Step: Sendable, Equatable {
        case member(String)
        case each
        case place(Int)
        case parsed
    }

    let text: String
    private let steps: [Step]

    /// Nil if a step is empty or a bracket holds no number.
    init?(_ text: String) {
        var steps: [Step] = []
        for part in text.split(separator: ".", omittingEmptySubsequences: false) {
            guard let found = JSONPath.steps(of: part) else { return nil }
            steps += found
        }
        self.text = text
        self.steps = steps
    }

    /// For paths in the source code; traps if the text is no path.
    init(stringLiteral value: String) {
        guard let path = JSONPath(value) else { preconditionFailure("not a path: \(value)") }
        self = path
    }

    private static func steps(of part: Substring) -> [Step]? {
        if part == "(json)" { return [.parsed] }
        let name = part.prefix { $0 != "[" }
        var steps: [Step] = name.isEmpty ? [] : [.member(String(name))]
        for bracket in part.dropFirst(name.count).split(separator: "[", omittingEmptySubsequences: false).dropFirst() {
            guard bracket.last == "]" else { return nil }
            if bracket == "]" {
                steps.append(.each)
            } else if let place = Int(bracket.dropLast()), place >= 0 {
                steps.append(.place(place))
            } else {
                return nil
            }
        }
        return steps.isEmpty ? nil : steps
    }

    /// All values at that place, except nulls.
    func values(in json: JSON?) -> [JSON] {
        var found = json.map { [$0] } ?? []
        for step in steps {
            found = found.flatMap { json -> [JSON] in
                switch step {
                case .member(let name): json[name].map { [$0] } ?? []
                case .each: json.elements
                case .place(let place): place < json.elements.count ? [json.elements[place]] : []
                case .parsed: json.string.flatMap { try? JSON(parsing: $0) }.map { [$0] } ?? []
                }
            }
        }
        return found.filter { !$0.isNull }
    }

    /// The first text, number or flag there, as text; an empty text is nothing.
    func string(in json: JSON?) -> String? {
        values(in: json).lazy.compactMap { $0.string ?? $0.numberText ?? $0.bool.map { String($0) } }.first { !$0.isEmpty }
    }

    /// The first of several places that has a value.
    static func string(at paths: [JSONPath], in json: JSON?) -> String? { paths.lazy.compactMap { $0.string(in: json) }.first }
}
