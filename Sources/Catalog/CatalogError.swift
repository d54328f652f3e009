import Wire

/// What is wrong with a catalog file, where, and what was probably meant.
package struct CatalogError: Error, Equatable, CustomStringConvertible {
    /// `CatalogFile.name`.
    package var file: String
    /// From 1.
    package var line: Int
    /// The path of members and elements: `models.veo-3.1.variants[1].secnds`; empty for the whole file.
    package var place: String
    package var message: String

    package init(file: String, line: Int, place: String, message: String) {
        self.file = file
        self.line = line
        self.place = place
        self.message = message
    }

    /// An error about one value of a file. Its place is searched for here, so that reading a correct file costs nothing for it.
    init(_ message: String, at json: JSON, in file: CatalogFile, root: JSON) {
        self.init(
            file: file.name, line: CatalogError.line(of: json.raw.startIndex, in: file.text),
            place: CatalogError.path(to: json, in: root) ?? "", message: message)
    }

    /// `fal.json:12: models.veo-3.1.secnds: is not known here. Did you mean 'seconds'?`
    package var description: String { "\(file):\(line): \(place.isEmpty ? "" : place + ": ")\(message)" }

    private static func path(to json: JSON, in root: JSON) -> String? {
        guard root.raw.startIndex <= json.raw.startIndex, json.raw.endIndex <= root.raw.endIndex else { return nil }
        if root.raw.startIndex == json.raw.startIndex && root.kind == json.kind { return "" }
        for (name, value) in root.members {
            if let rest = path(to: json, in: value) { return rest.isEmpty || rest.first == "[" ? name + rest : "\(name).\(rest)" }
        }
        for (index, value) in root.elements.enumerated() {
            if let rest = path(to: json, in: value) { return "[\(index)]" + (rest.isEmpty || rest.first == "[" ? rest : "." + rest) }
        }
        return nil
    }

    static func line(of index: Int, in text: Slice) -> Int {
        1 + text[text.startIndex..<min(index, text.endIndex)].count { $0 == UInt8(ascii: "\n") }
    }
}
