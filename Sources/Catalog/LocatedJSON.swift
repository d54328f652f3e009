import Wire

/// A value in a catalog file. Its reading methods throw errors that name the value's place in the file.
package struct LocatedJSON {
    private let source: Source
    package let json: JSON

    /// The file that a value belongs to.
    private final class Source {
        let file: CatalogFile
        let root: JSON

        init(_ file: CatalogFile, _ root: JSON) {
            self.file = file
            self.root = root
        }
    }

    /// The whole file.
    /// - Throws: an error with the line if the file is not JSON.
    package init(file: CatalogFile) throws(CatalogError) {
        do throws(JSON.ParseError) {
            json = try JSON(parsing: file.text)
        } catch {
            let line = CatalogError.line(of: file.text.startIndex + error.offset, in: file.text)
            throw CatalogError(file: file.name, line: line, place: "", message: "not JSON: \(error.reason)")
        }
        source = Source(file, json)
    }

    private init(_ source: Source, _ json: JSON) {
        self.source = source
        self.json = json
    }

    /// An error about this value.
    package func catalogError(_ message: String) -> CatalogError { CatalogError(message, at: json, in: source.file, root: source.root) }

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

    /// The members of an object in the order of the file.
    package func members() throws(CatalogError) -> [(name: String, value: LocatedJSON)] {
        guard json.kind == .object else { throw catalogError("must be an object") }
        return json.members.map { ($0.name, LocatedJSON(source, $0.value)) }
    }

    /// The members of an object by their names.
    /// - Parameters:
    ///   - known: the names that may occur.
    ///   - besides: whether other names are ignored, because another reader reads them.
    /// - Throws: an error about an unknown name, with the nearest of `known`, or about a name that occurs twice.
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

    /// A text, number or flag, or a list of them, as the texts that facts are compared by.
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

    /// One of the raw values of an enumeration.
    func word<Value: RawRepresentable & CaseIterable>(_ type: Value.Type) throws(CatalogError) -> Value where Value.RawValue == String {
        let text = try string()
        guard let value = Value(rawValue: text) else {
            throw catalogError(
                "'\(text)' is none of \(Value.allCases.map(\.rawValue).joined(separator: ", "))."
                    + Suggestion.question(for: text, among: Value.allCases.map(\.rawValue)))
        }
        return value
    }
}
