/// Text without visible characters. Forms, spreadsheets and low-code tools send it for fields that were left empty.
package enum BlankText {
    /// True for an empty text, and for one of white space, controls and characters that fonts draw as nothing (Unicode's
    /// Default_Ignorable_Code_Point: U+200B, U+FEFF, …; the blank of Braille too).
    package static func isBlank(_ text: String) -> Bool { text.unicodeScalars.allSatisfy(isBlank) }

    /// The text without blank characters at both ends.
    package static func trimmed(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.first, let last = scalars.last, isBlank(first) || isBlank(last) else { return text }
        guard let start = scalars.firstIndex(where: { !isBlank($0) }), let end = scalars.lastIndex(where: { !isBlank($0) }) else {
            return ""
        }
        return String(scalars[start...end])
    }

    /// The text without any blank characters: `1280 x 720` becomes `1280x720`.
    package static func removed(from text: String) -> String {
        guard text.unicodeScalars.contains(where: isBlank) else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.filter { !isBlank($0) }))
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value <= 0x20 || scalar.value == 0x7F }
        let properties = scalar.properties
        return properties.isWhitespace || properties.isDefaultIgnorableCodePoint || scalar.value == 0x2800
            || properties.generalCategory == .control
    }
}
