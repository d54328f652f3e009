/// A header field of the form `value; name=token; name="quoted"`: content types and content dispositions (RFC 9110 §5.6.6, RFC 7578 §4.2).
package struct ParameterField: Sendable {
    /// The text before the first semicolon, in lower case.
    package let value: String
    /// Names in lower case, in order; names are unique.
    private let parameters: [(name: String, value: Slice)]
    private static let maxParameters = 16

    /// Nil if a quote is not closed, a parameter has no value or is repeated, a byte is a control character, or there are more than 16.
    package init?(parsing text: Slice) {
        guard text.allSatisfy(Headers.isValueByte) else { return nil }
        var rest = text
        value = ParameterField.text(ParameterField.upToSemicolon(&rest)).lowercased()
        var found: [(name: String, value: Slice)] = []
        while rest.popFirst() != nil {
            ParameterField.skipSpace(&rest)
            if rest.isEmpty || rest.first == UInt8(ascii: ";") { continue }
            guard let (name, value) = ParameterField.parameter(&rest) else { return nil }
            guard found.count < ParameterField.maxParameters, !found.contains(where: { $0.name == name }) else { return nil }
            found.append((name, value))
        }
        parameters = found
    }

    package init?(parsing text: String) { self.init(parsing: Bytes(text.utf8)[...]) }

    /// The value of a parameter without its quotes; bytes that are not UTF-8 are read as ISO-8859-1, as in every header field.
    package subscript(name: String) -> String? { bytes(name).map(ParameterField.text) }

    /// The value of a parameter as received, without its quotes.
    package func bytes(_ name: String) -> Slice? { parameters.first { $0.name == name }?.value }

    /// The value of the parameter written as `name*=UTF-8''r%C3%A9f.png` (RFC 8187 §3.2); nil if it is missing or of another charset.
    package func extended(_ name: String) -> String? {
        guard let value = bytes(name + "*") else { return nil }
        let thirds = value.split(separator: UInt8(ascii: "'"), maxSplits: 2, omittingEmptySubsequences: false)
        guard thirds.count == 3, ParameterField.text(thirds[0]).lowercased() == "utf-8" else { return nil }
        return String(validating: Percent.bytes(thirds[2]), as: UTF8.self)
    }

    private static func parameter(_ rest: inout Slice) -> (String, Slice)? {
        guard let equals = rest.firstIndex(of: UInt8(ascii: "=")) else { return nil }
        let name = trimmed(rest[..<equals])
        guard !name.isEmpty, name.allSatisfy(Headers.isTokenByte) else { return nil }
        rest = rest[(equals + 1)...]
        skipSpace(&rest)
        guard rest.first == UInt8(ascii: "\"") else { return (text(name).lowercased(), upToSemicolon(&rest)) }
        guard let value = quoted(&rest) else { return nil }
        skipSpace(&rest)
        return rest.isEmpty || rest.first == UInt8(ascii: ";") ? (text(name).lowercased(), value) : nil
    }

    /// A backslash escapes a quote or a backslash only: browsers send the others of `C:\clips\a.mp4` as they are.
    private static func quoted(_ rest: inout Slice) -> Slice? {
        let inner = rest.dropFirst()
        guard var end = inner.firstIndex(of: UInt8(ascii: "\"")) else { return nil }
        if !inner[..<end].contains(UInt8(ascii: "\\")) {
            rest = inner[(end + 1)...]
            return inner[..<end]
        }
        var value = Bytes()
        end = inner.startIndex
        while end < inner.endIndex, inner[end] != UInt8(ascii: "\"") {
            let isEscape = inner[end] == UInt8(ascii: "\\") && end + 1 < inner.endIndex
            if isEscape, inner[end + 1] == UInt8(ascii: "\"") || inner[end + 1] == UInt8(ascii: "\\") { end += 1 }
            value.append(inner[end])
            end += 1
        }
        guard end < inner.endIndex else { return nil }
        rest = inner[(end + 1)...]
        return value[...]
    }

    private static func upToSemicolon(_ rest: inout Slice) -> Slice {
        let end = rest.firstIndex(of: UInt8(ascii: ";")) ?? rest.endIndex
        defer { rest = rest[end...] }
        return trimmed(rest[..<end])
    }

    private static func skipSpace(_ rest: inout Slice) { rest = rest.drop { $0 == 0x20 || $0 == 0x09 } }

    private static func trimmed(_ text: Slice) -> Slice {
        var text = text.drop { $0 == 0x20 || $0 == 0x09 }
        while let last = text.last, last == 0x20 || last == 0x09 { text.removeLast() }
        return text
    }

    private static func text(_ bytes: Slice) -> String { Headers.text(bytes) }
}
