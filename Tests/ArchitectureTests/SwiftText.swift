import Glibc

/// Reads Swift source as far as the rules need it: comments, string literals, words.
enum SwiftText {
    /// The text with comments, and optionally the contents of string literals, replaced by spaces. Line breaks are kept.
    static func blanked(_ text: String, strings: Bool) -> String {
        var scanner = Scanner(Array(text.utf8), blanksStrings: strings)
        return scanner.scan()
    }

    /// The lines, from 1, that contain `word` without a letter, digit or underscore next to it.
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

    /// Whether the byte belongs to an identifier.
    static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x80...: true
        default: false
        }
    }

    private struct Scanner {
        private let bytes: [UInt8]
        private let blanksStrings: Bool
        private var result: [UInt8]
        private var place = 0
        /// The nesting depth of string literals.
        private var depth = 0

        init(_ bytes: [UInt8], blanksStrings: Bool) {
            self.bytes = bytes
            self.blanksStrings = blanksStrings
            result = bytes
        }

        mutating func scan() -> String {
            while place < bytes.count {
                switch bytes[place] {
                case UInt8(ascii: "/") where sees("//"):
                    while place < bytes.count, bytes[place] != UInt8(ascii: "\n") { skip(1, shown: false) }
                case UInt8(ascii: "/") where sees("/*"): blockComment()
                case UInt8(ascii: "\""), UInt8(ascii: "#"): literal()
                default: place += 1
                }
            }
            return String(decoding: result, as: UTF8.self)
        }

        private func sees(_ text: String) -> Bool { bytes[place...].starts(with: text.utf8) }

        private mutating func skip(_ count: Int, shown: Bool) {
            let end = min(place + count, bytes.count)
            if !shown { for index in place..<end where bytes[index] != UInt8(ascii: "\n") { result[index] = 0x20 } }
            place = end
        }

        private mutating func blockComment() {
            var comments = 0
            repeat {
                let opens = sees("/*")
                if opens || sees("*/") {
                    comments += opens ? 1 : -1
                    skip(2, shown: false)
                } else {
                    skip(1, shown: false)
                }
            } while comments > 0 && place < bytes.count
        }

        /// A string literal of any kind, or a `#` that does not open one. Interpolations count as part of the literal.
        private mutating func literal() {
            let hashes = bytes[place...].prefix { $0 == UInt8(ascii: "#") }.count
            let shown = depth == 0 || !blanksStrings
            guard place + hashes < bytes.count, bytes[place + hashes] == UInt8(ascii: "\"") else {
                return skip(max(1, hashes), shown: shown)
            }
            let marks = String(repeating: "#", count: hashes)
            let quotes = bytes[(place + hashes)...].starts(with: "\"\"\"".utf8) ? "\"\"\"" : "\""
            let (close, escape) = (quotes + marks, "\\" + marks)
            skip(hashes + quotes.utf8.count, shown: shown)
            depth += 1
            while place < bytes.count, !(bytes[place] == UInt8(ascii: "\"") && sees(close)) {
                guard bytes[place] == UInt8(ascii: "\\"), sees(escape) else {
                    skip(1, shown: !blanksStrings)
                    continue
                }
                let isInterpolation = sees(escape + "(")
                skip(escape.utf8.count + (isInterpolation ? 0 : 1), shown: !blanksStrings)
                if isInterpolation { interpolation() }
            }
            depth -= 1
            skip(close.utf8.count, shown: shown)
        }

        private mutating func interpolation() {
            var brackets = 0
            repeat {
                guard place < bytes.count else { return }
                switch bytes[place] {
                case UInt8(ascii: "\""):
                    literal()
                    continue
                case UInt8(ascii: "("): brackets += 1
                case UInt8(ascii: ")"): brackets -= 1
                default: break
                }
                skip(1, shown: !blanksStrings)
            } while brackets > 0
        }
    }
}
