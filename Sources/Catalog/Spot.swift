import Wire

/// A value in a file of data, so that whatever is wrong with it can be told with its place.
package struct Spot {
    private let source: Source
    package let json: JSON

    /// The file that spots point into.
    private final class Source {
        let file: CatalogFile
        let root: JSON

        init(_ file: CatalogFile, _ root: JSON) {
            self.file = file
            self.root = root
        }
    }

    /// The whole file.
    package init(file: CatalogFile) throws(CatalogMistake) {
        do throws(JSON.Malformed) {
            json = try JSON(parsing: file.text)
        } catch {
            let line = Spot.line(of: file.text.startIndex + error.offset, in: file.text)
            throw CatalogMistake(file: file.name, line: line, place: "", message: "not JSON: \(error.reason)")
        }
        source = Source(file, json)
    }

    private init(_ source: Source, _ json: JSON) {
        self.source = source
        self.json = json
    }

    package func mistake(_ message: String) -> CatalogMistake {
        let line = Spot.line(of: json.raw.startIndex, in: source.file.text)
        return CatalogMistake(file: source.file.name, line: line, place: Spot.path(to: json, in: source.root) ?? "", message: message)
    }

    /// The members and elements that lead to a value. Looked for only when there is something to tell; reading needs none of it.
    private static func path(to json: JSON, in whole: JSON) -> String? {
        guard whole.raw.startIndex <= json.raw.startIndex, json.raw.endIndex <= whole.raw.endIndex else { return nil }
        if whole.raw.startIndex == json.raw.startIndex && whole.kind == json.kind { return "" }
        for (name, value) in whole.members {
            if let rest = path(to: json, in: value) { return rest.isEmpty || rest.first == "[" ? name + rest : "\(name).\(rest)" }
        }
        for (place, value) in whole.elements.enumerated() {
            if let rest = path(to: json, in: value) { return "[\(place)]" + (rest.isEmpty || rest.first == "[" ? rest : "." + rest) }
        }
        return nil
    }

    package func string() throws(CatalogMistake) -> String {
        guard let value = json.string else { throw mistake("must be a text") }
        return value
    }

    package func number() throws(CatalogMistake) -> Double {
        guard let value = json.double else { throw mistake("must be a number") }
        return value
    }

    package func int() throws(CatalogMistake) -> Int {
        guard let value = json.int else { throw mistake("must be a whole number") }
        return value
    }

    package func flag() throws(CatalogMistake) -> Bool {
        guard let value = json.bool else { throw mistake("must be true or false") }
        return value
    }

    package func list() throws(CatalogMistake) -> [Spot] {
        guard json.kind == .array else { throw mistake("must be a list") }
        return json.elements.map { Spot(source, $0) }
    }

    package func members() throws(CatalogMistake) -> [(name: String, value: Spot)] {
        guard json.kind == .object else { throw mistake("must be an object") }
        return json.members.map { ($0.name, Spot(source, $0.value)) }
    }

    /// The members of an object, after a look at their names.
    /// - Throws: a mistake that names the nearest of `known`, or the name that stands there twice.
    /// - Parameter besides: members of other names are somebody else's, and passed over.
    package func members(known: [String], besides: Bool = false) throws(CatalogMistake) -> [String: Spot] {
        var result: [String: Spot] = [:]
        for (name, value) in try members() {
            if besides && !known.contains(name) { continue }
            guard known.contains(name) else { throw value.mistake("is not known here." + Spelling.hint(name, known)) }
            guard result.updateValue(value, forKey: name) == nil else { throw value.mistake("stands here twice") }
        }
        return result
    }

    /// A text, number or flag as the text that facts are compared by; a list of such.
    func words() throws(CatalogMistake) -> [String] {
        if json.kind == .array {
            var words: [String] = []
            for element in try list() { words += try element.words() }
            return words
        }
        if let text = json.string { return [text.lowercased()] }
        if let number = json.double { return [Number.text(number) ?? ""] }
        if let flag = json.bool { return [String(flag)] }
        throw mistake("must be a text, a number, true or false, or a list of them")
    }

    /// One of the words that `Value` has.
    func word<Value: RawRepresentable & CaseIterable>(_ type: Value.Type) throws(CatalogMistake) -> Value where Value.RawValue == String {
        let text = try string()
        guard let value = Value(rawValue: text) else {
            throw mistake(
                "'\(text)' is none of \(Value.allCases.map(\.rawValue).joined(separator: ", "))."
                    + Spelling.hint(text, Value.allCases.map(\.rawValue)))
        }
        return value
    }

    private static func line(of index: Int, in text: Slice) -> Int {
        1 + text[text.startIndex..<min(index, text.endIndex)].count { $0 == UInt8(ascii: "\n") }
    }
}
