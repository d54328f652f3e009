/// Finds the signatures of functions and initialisers in Swift source whose comments and strings are blanked.
struct SignatureScan {
    struct Signature: Equatable {
        var name: String
        /// Where it begins, from 1.
        var line: Int
        /// The label and the name of each parameter, separated by a space; one word if they are the same.
        var parameters: [String]

        /// How many parameters a caller passes without a label.
        var unlabelled: Int { parameters.count { $0.hasPrefix("_ ") } }
    }

    private let bytes: [UInt8]

    /// Every `func` and `init` that is declared, with or without a body.
    static func signatures(in code: String) -> [Signature] {
        let scan = SignatureScan(bytes: Array(code.utf8))
        var found: [Signature] = []
        var line = 1
        for place in scan.bytes.indices {
            if scan.bytes[place] == UInt8(ascii: "\n") { line += 1 }
            if let (name, parameters) = scan.signature(at: place) {
                let names = scan.pieces(of: parameters).map { String($0.prefix { $0 != ":" }) }
                found.append(Signature(name: name, line: line, parameters: names))
            }
        }
        return found
    }

    private func signature(at place: Int) -> (name: String, parameters: Range<Int>)? {
        guard bytes[place] == UInt8(ascii: "i") || bytes[place] == UInt8(ascii: "f") else { return nil }
        let isInit = sees("init", at: place)
        guard isInit || sees("func ", at: place),
            place == 0 || !SwiftText.isWordByte(bytes[place - 1]) && bytes[place - 1] != UInt8(ascii: ".")
        else {
            return nil
        }
        var end = place + (isInit ? 4 : 5)
        let start = end
        if !isInit, bytes[end] == UInt8(ascii: "`") {
            end = bytes[(end + 1)...].firstIndex(of: UInt8(ascii: "`")).map { $0 + 1 } ?? bytes.count
        } else {
            while end < bytes.count, SwiftText.isWordByte(bytes[end]) { end += 1 }
        }
        if isInit, end > start { return nil }
        let name = isInit ? "init" : String(decoding: bytes[start..<end], as: UTF8.self)
        while end < bytes.count, [UInt8(ascii: "?"), UInt8(ascii: "!"), UInt8(ascii: " ")].contains(bytes[end]) { end += 1 }
        if end < bytes.count, bytes[end] == UInt8(ascii: "<") { end = closing(from: end) }
        guard !name.isEmpty, end < bytes.count, bytes[end] == UInt8(ascii: "(") else { return nil }
        return (name, end + 1..<max(end + 1, closing(from: end) - 1))
    }

    private func sees(_ word: String, at place: Int) -> Bool { bytes[place...].starts(with: word.utf8) }

    /// How a byte changes the depth of brackets. The `>` of an arrow is no bracket.
    private func change(at place: Int) -> Int {
        switch bytes[place] {
        case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "<"): 1
        case UInt8(ascii: ">") where place > 0 && bytes[place - 1] == UInt8(ascii: "-"): 0
        case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: ">"): -1
        default: 0
        }
    }

    /// The place behind the bracket that closes the one at `open`.
    private func closing(from open: Int) -> Int {
        var depth = 0
        for place in open..<bytes.count {
            depth += change(at: place)
            if depth == 0 { return place + 1 }
        }
        return bytes.count
    }

    /// The parameters, each without the space around it.
    private func pieces(of parameters: Range<Int>) -> [Substring] {
        var (depth, start): (Int, Int) = (0, parameters.lowerBound)
        var pieces: [Range<Int>] = []
        for place in parameters {
            depth += change(at: place)
            guard depth == 0, bytes[place] == UInt8(ascii: ",") else { continue }
            pieces.append(start..<place)
            start = place + 1
        }
        pieces.append(start..<parameters.upperBound)
        return pieces.map { Substring(decoding: bytes[$0], as: UTF8.self).drop { $0.isWhitespace } }
    }
}
