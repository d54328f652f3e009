extension StringProtocol {
    /// Without white space, line ends and byte order marks on both sides.
    package var trimmed: String {
        guard let first = unicodeScalars.first, let last = unicodeScalars.last else { return "" }
        guard first.isTrimmed || last.isTrimmed else { return String(self) }
        let scalars = unicodeScalars.drop(while: \.isTrimmed)
        let end = scalars.lastIndex { !$0.isTrimmed }.map { scalars.index(after: $0) } ?? scalars.startIndex
        return String(String.UnicodeScalarView(scalars[..<end]))
    }

    /// With characters that no screen shows written as escapes: `\r`, `\u{feff}`.
    package var escaped: String {
        guard unicodeScalars.contains(where: \.isUnprintable) else { return String(self) }
        return unicodeScalars.reduce(into: "") { text, scalar in
            switch scalar {
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.isUnprintable: text += "\\u{" + String(scalar.value, radix: 16) + "}"
            default: text.unicodeScalars.append(scalar)
            }
        }
    }
}

extension Unicode.Scalar {
    fileprivate var isTrimmed: Bool { properties.isWhitespace || self == "\u{FEFF}" }

    /// Controls, formats (byte order marks, zero width, direction), separators other than the space, and what is not assigned.
    fileprivate var isUnprintable: Bool {
        guard !isASCII else { return value < 0x20 || value == 0x7F }
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .unassigned, .privateUse, .surrogate: return true
        default: return false
        }
    }
}
