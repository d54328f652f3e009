/// Converts text to the characters of the card's font.
enum ASCIIFold {
    /// ASCII codes: accents dropped, typographic characters in ASCII, white space as one space, every other character as the box (0x7F).
    static func letters(_ text: String) -> [UInt8] {
        var letters: [UInt8] = []
        for character in text {
            for letter in ascii(character) where letter != space || letters.last != space { letters.append(letter) }
        }
        return letters
    }

    /// Breaks at spaces into at most `lines` lines of at most `columns` letters; longer words are split. Ends in `...` if the text does not
    /// fit.
    static func wrap(_ letters: [UInt8], columns: Int, lines: Int) -> [[UInt8]] {
        guard columns > 0, lines > 0 else { return [] }
        var rest = trimmed(letters[...])
        var wrapped: [[UInt8]] = []
        while !rest.isEmpty, wrapped.count < lines {
            let line = firstLine(of: rest, columns: columns)
            rest = trimmed(rest[line.endIndex...])
            wrapped.append(Array(line))
        }
        if !rest.isEmpty, let last = wrapped.last {
            wrapped[wrapped.count - 1] = last.prefix(max(0, columns - 3)) + Array("...".utf8.prefix(columns))
        }
        return wrapped
    }

    private static let space = UInt8(ascii: " ")
    private static let box: UInt8 = 0x7F

    private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> { text.drop { $0 == space } }

    private static func firstLine(of text: ArraySlice<UInt8>, columns: Int) -> ArraySlice<UInt8> {
        guard text.count > columns else { return text }
        let window = text.prefix(columns + 1)
        guard let gap = window.lastIndex(of: space), gap > text.startIndex else { return text.prefix(columns) }
        return text[text.startIndex..<gap]
    }

    private static func ascii(_ character: Character) -> [UInt8] {
        guard let scalar = character.unicodeScalars.first else { return [] }
        switch scalar.value {
        case 0x21...0x7E: return [UInt8(scalar.value)]
        case 0...0x20, 0x7F...0xA0, 0x2000...0x200A, 0x2028, 0x2029, 0x3000: return [space]
        case 0xC0...0xFF: return [latin1[Int(scalar.value) - 0xC0]]
        case 0x100...0x17F: return [latinA[Int(scalar.value) - 0x100]]
        case 0x2010...0x2015, 0x2212: return [UInt8(ascii: "-")]
        case 0x2018...0x201B: return [UInt8(ascii: "'")]
        case 0x201C...0x201F, 0xAB, 0xBB: return [UInt8(ascii: "\"")]
        case 0x2026: return Array("...".utf8)
        default: return [box]
        }
    }

    /// The letters of U+00C0 to U+00FF, and of U+0100 to U+017F, without their accents.
    private static let latin1 = Array("AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTsaaaaaaaceeeeiiiidnooooo/ouuuuyty".utf8)
    private static let latinA = Array(
        ("AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiIiJjKkkLlLlLlLlLl"
            + "NnNnNnnNnOoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs").utf8)
}
