import Wire

/// A value in a file of data, so that whatever is wrong with it can be told with its place.
package struct LocatedJSON {
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
    package init(file: CatalogFile) throws(CatalogError) {
        do throws(JSON.ParseError) {
            json = try JSON(parsing: file.text)
        } catch {
            let line = LocatedJSON.line(of: file.text.startIndex + error.offset, in: file.text)
            throw CatalogError(file: file.name, line: line, place: "", message: "not JSON: \(error.reason)")
        }
        source = Source(file, json)
    }

    private init(_ source: Source, _ json: JSON) {
        self.source = source
        self.json = json
    }

    package func catalogError(_ message: String) -> CatalogError {
        let line = LocatedJSON.line(of: json.raw.startIndex, in: source.file.text)
        return CatalogError(file: source.file.name, line: line, place: LocatedJSON.path(to: json, in: source.root) ?? "", message: message)
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

    package func string() throws(CatalogError) -> String {
        guard let value = json.string else { throw catalogError("must be a text") }
        return value
    }

    package func number() throws(CatalogError) -> Double {
        guard let value = json.double else { throw catalogError("must be a number") }
        return value
    }

    package func int() throws(CatalogError) -> Int {
        guard let value = json.int else { throw catalogError("must be a whole number") }
        return value
    }

    package func flag() throws(CatalogError) -> Bool {
        guard let value = json.bool else { throw catalogError("must be true or false") }
        return value
    }

    package func list() throws(CatalogError) -> [LocatedJSON] {
        guard json.kind == .array else { throw catalogError("must be a list") }
        return json.elements.map { LocatedJSON(source, $0) }
    }

    package func members() throws(CatalogError) -> [(name: String, value: LocatedJSON)] {
        guard json.kind == .object else { throw catalogError("must be an object") }
        return json.members.map { ($0.name, LocatedJSON(source, $0.value)) }
    }

    /// The members of an object, after a look at their names.
    /// - Throws: a mistake that names the nearest of `known`, or the name that stands there twice.
    /// - Parameter besides: members of other names are somebody else's, and passed over.
    package func members(known: [String], besides: Bool = false) throws(CatalogError) -> [String: LocatedJSON] {
        var result: [String: LocatedJSON] = [:]
        for (name, value) in try members() {
            if besides && !known.contains(name) { continue }
            guard known.contains(name) else {
                throw value.catalogError("is not known here." + Suggestion.question(for: name, among: known))
            }
            guard result.updateValue(value, forKey: name) == nil else { throw value.catalogError("stands here twice") }
        }
        return result
    }

    /// A text, number or flag as the text that facts are compared by; a list of such.
    func words() throws(CatalogError) -> [String] {
        if json.kind == .array {
            var words: [String] = []
            for element in try list() { words += try element.words() }
            return words
        }
        if let text = json.string { return [text.lowercased()] }
        if let number = json.double { return [Number.text(number) ?? ""] }
        if let flag = json.bool { return [String(flag)] }
        throw catalogError("must be a text, a number, true or false, or a list of them")
    }

    /// One of the words that `Value` has.
    func word<Value: RawRepresentable & CaseIterable>(_ type: Value.Type) throws(CatalogError) -> Value where Value.RawValue == String {
        let text = try string()
        guard let value = Value(rawValue: text) else {
            throw catalogError(
                "'\(text)' is none of \(Value.allCases.map(\.rawValue).joined(separator: ", "))."
                    + Suggestion.question(for: text, among: Value.allCases.map(\.rawValue)))
        }
        return value
    }

    private static func line(of index: Int, in text: Slice) -> Int {
        1 + text[text.startIndex..<min(index, text.endIndex)].count { $0 == UInt8(ascii: "\n") }
    }
}
