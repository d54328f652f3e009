/// The parameters that documentation comments describe.
enum DocumentedParameters {
    /// Every `- Parameter name:`, and every item of a list below `- Parameters:`.
    static func all(in text: String) -> [(name: String, line: Int)] {
        var found: [(name: String, line: Int)] = []
        var isInList = false
        for (index, line) in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            guard let item = item(Substring(line)) else {
                if !isComment(Substring(line)) { isInList = false }
                continue
            }
            if let name = item.text.dropping("- Parameter ") {
                found.append((String(name), index + 1))
            } else if isInList && item.isNested {
                found.append((String(item.text.dropFirst("- ".count)), index + 1))
            } else {
                isInList = item.text == "- Parameters"
            }
        }
        return found
    }

    private static func isComment(_ line: Substring) -> Bool { line.drop { $0 == " " }.hasPrefix("///") }

    /// A list item of a documentation comment up to its colon, and whether it stands below another item.
    private static func item(_ line: Substring) -> (text: Substring, isNested: Bool)? {
        guard isComment(line) else { return nil }
        let comment = line.drop { $0 == " " }.dropFirst("///".count)
        let text = comment.drop { $0 == " " }
        guard text.hasPrefix("- "), let colon = text.firstIndex(of: ":") else { return nil }
        return (text[..<colon], comment.prefix { $0 == " " }.count > 1)
    }
}

extension Substring {
    fileprivate func dropping(_ prefix: String) -> Substring? { hasPrefix(prefix) ? dropFirst(prefix.count) : nil }
}
