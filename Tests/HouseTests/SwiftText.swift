import Glibc

/// Swift source read just well enough for the laws of the house: comments, string literals, words.
enum SwiftText {
    /// The text with comments, and if wanted the insides of string literals, replaced by spaces. Line breaks stay.
    static func blanked(_ text: String, strings: Bool) -> String {
        var scanner = Scanner(rest: Array(text.utf8)[...], blanksStrings: strings)
        return scanner.scan()
    }

    /// The lines, from 1, on which `word` stands with no letter, digit or underscore beside it.
    static func lines(of text: String, with word: String) -> [Int] {
        let (text, word) = (Array(text.utf8), Array(word.utf8))
        guard let first = word.first, let last = word.last else { return [] }
        var (found, line, counted, place): ([Int], Int, Int, Int) = ([], 1, 0, 0)
        while let start = next(word, in: text, from: place) {
            let end = start + word.count
            place = start + 1
            if start > 0, isWordByte(first), isWordByte(text[start - 1]) { continue }
            if end < text.count, isWordByte(last), isWordByte(text[end]) { continue }
            line += text[counted..<start].count { $0 == UInt8(ascii: "\n") }
            counted = start
            if found.last != line { found.append(line) }
        }
        return found
    }

    private static func next(_ word: [UInt8], in text: [UInt8], from place: Int) -> Int? {
        text.withUnsafeBytes { bytes -> Int? in
            guard let start = bytes.baseAddress else { return nil }
            var place = place
            while place + word.count <= bytes.count,
                let hit = memchr(start + place, Int32(word[0]), bytes.count - place - word.count + 1)
            {
                if memcmp(hit, word, word.count) == 0 { return UnsafeRawPointer(hit) - start }
                place = UnsafeRawPointer(hit) - start + 1
            }
            return nil
        }
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x80...: true
        default: false
        }
    }

    private struct Scanner {
        var rest: ArraySlice<UInt8>
        let blanksStrings: Bool
        private var result: [UInt8] = []
        /// How many literals the scanner is inside of.
        private var depth = 0

        init(rest: ArraySlice<UInt8>, blanksStrings: Bool) {
            self.rest = rest
            self.blanksStrings = blanksStrings
        }

        mutating func scan() -> String {
            while let byte = rest.first {
                switch byte {
                case UInt8(ascii: "/") where rest.starts(with: "//".utf8):
                    while let next = rest.first, next != UInt8(ascii: "\n") { take(next, shown: false) }
                case UInt8(ascii: "/") where rest.starts(with: "/*".utf8): blockComment()
                case UInt8(ascii: "\""), UInt8(ascii: "#"): literal()
                default: take(byte, shown: true)
                }
            }
            return String(decoding: result, as: UTF8.self)
        }

        private mutating func take(_ byte: UInt8, shown: Bool) {
            result.append(shown || byte == UInt8(ascii: "\n") ? byte : UInt8(ascii: " "))
            rest = rest.dropFirst()
        }

        private mutating func take(_ count: Int, shown: Bool) {
            for _ in 0..<count { if let byte = rest.first { take(byte, shown: shown) } }
        }

        private mutating func blockComment() {
            var depth = 0
            repeat {
                if rest.starts(with: "/*".utf8) {
                    depth += 1
                } else if rest.starts(with: "*/".utf8) {
                    depth -= 1
                } else {
                    take(1, shown: false)
                    continue
                }
                take(2, shown: false)
            } while depth > 0 && !rest.isEmpty
        }

        /// A string literal of any kind, or a `#` that opens none. What is interpolated counts as part of the literal.
        private mutating func literal() {
            let hashes = Array(rest.prefix { $0 == UInt8(ascii: "#") })
            let behind = rest.dropFirst(hashes.count)
            guard behind.first == UInt8(ascii: "\"") else { return take(max(1, hashes.count), shown: depth == 0 || !blanksStrings) }
            let quotes = Array((behind.starts(with: "\"\"\"".utf8) ? "\"\"\"" : "\"").utf8)
            let escape = Array("\\".utf8) + hashes
            take(hashes.count + quotes.count, shown: depth == 0 || !blanksStrings)
            depth += 1
            while !rest.isEmpty, !rest.starts(with: quotes + hashes) {
                if rest.starts(with: escape + Array("(".utf8)) {
                    take(escape.count, shown: !blanksStrings)
                    interpolation()
                } else {
                    take(rest.starts(with: escape) ? escape.count + 1 : 1, shown: !blanksStrings)
                }
            }
            depth -= 1
            take(quotes.count + hashes.count, shown: depth == 0 || !blanksStrings)
        }

        private mutating func interpolation() {
            var brackets = 0
            repeat {
                guard let byte = rest.first else { return }
                if byte == UInt8(ascii: "\"") {
                    literal()
                    continue
                }
                if byte == UInt8(ascii: "(") { brackets += 1 }
                if byte == UInt8(ascii: ")") { brackets -= 1 }
                take(byte, shown: !blanksStrings)
            } while brackets > 0
        }
    }
}
