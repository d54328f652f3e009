/// Reads a JSON text in pieces and returns one of its overlong strings, that with the index `ordinal` of `LongStringElider`, with decoded
/// escapes. It buffers at most `threshold` bytes.
package struct LongStringExtractor: Sendable {
    private let ordinal: Int
    private let threshold: Int
    private var scanner = StringScanner()
    /// How many overlong strings have begun.
    private var begun = 0
    private var written = 0
    /// The string that is being read, until it is known to be overlong.
    private var held = Bytes()

    /// True once the string has ended: the rest of the text need not be read.
    package private(set) var isDone = false

    package init(ordinal: Int, threshold: Int = Limits().elideStringsAbove) {
        self.ordinal = ordinal
        self.threshold = threshold
    }

    /// The next bytes of the string; empty if `piece` has none of them. A piece without escapes is not copied.
    package mutating func extract(_ piece: Slice) -> Slice {
        var found: Slice = []
        piece.withUnsafeBufferPointer { bytes in
            var position = 0
            while position < bytes.count, !isDone {
                let from = position
                let event = scanner.next(bytes, &position)
                take(event, piece[(piece.startIndex + from)..<(piece.startIndex + position)], into: &found)
            }
        }
        return found
    }

    private mutating func take(_ event: StringScanner.Event, _ bytes: Slice, into found: inout Slice) {
        switch event {
        case .between: return
        case .opens:
            written = 0
            held.removeAll(keepingCapacity: true)
        case .closes: isDone = isWanted
        case .escape: grow(by: bytes.count, [], into: &found)
        case .plain: grow(by: bytes.count, bytes, into: &found)
        case .character(let scalar):
            grow(by: bytes.count, Bytes(UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)[...], into: &found)
        }
    }

    private mutating func grow(by count: Int, _ bytes: Slice, into found: inout Slice) {
        let wasLong = isLong
        written += count
        if isLong && !wasLong {
            begun += 1
            if isWanted { add(held[...], to: &found) }
            held = Bytes()
        }
        if !isLong { held.append(contentsOf: bytes) } else if isWanted { add(bytes, to: &found) }
    }

    private func add(_ bytes: Slice, to found: inout Slice) {
        if found.isEmpty { found = bytes } else { found.append(contentsOf: bytes) }
    }

    private var isLong: Bool { written > threshold }
    private var isWanted: Bool { isLong && begun == ordinal + 1 }
}
