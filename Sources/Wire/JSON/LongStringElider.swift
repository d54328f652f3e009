/// Copies a JSON text in pieces and replaces every overlong string by a short mark: a vendor's status response may contain a whole video as
/// base64, which a status request must not keep in memory. `JSON.elided` reads the mark; `LongStringExtractor` finds the string when the
/// same response is read for the video.
package struct LongStringElider: Sendable {
    private let threshold: Int
    private var scanner = StringScanner()
    /// A text up to the threshold has no such string: scanning begins beyond it.
    private var isScanning = false
    private var ordinal = 0
    /// The string that is being read: its start in the kept text, its bytes so far in the text, and its summary.
    private var start = 0
    private var written = 0
    private var summary = StringSummary()

    /// - Parameter threshold: the longest string that is kept, in bytes of the text. Use the same for the extractor.
    package init(threshold: Int = Limits().elideStringsAbove) { self.threshold = threshold }

    /// Appends the kept part of `piece`. Do not remove bytes from `kept` between calls. It grows by at most `piece.count`, plus 160 bytes
    /// for each mark: the caller must limit it.
    package mutating func elide(_ piece: Slice, into kept: inout Bytes) {
        if isScanning { return scan(piece, into: &kept) }
        kept.append(contentsOf: piece)
        guard kept.count > threshold else { return }
        isScanning = true
        let begun = kept[...]
        kept = []
        scan(begun, into: &kept)
    }

    private mutating func scan(_ piece: Slice, into kept: inout Bytes) {
        piece.withUnsafeBufferPointer { bytes in
            var position = 0
            while position < bytes.count {
                let from = position
                let event = scanner.next(bytes, &position)
                take(event, UnsafeBufferPointer(rebasing: bytes[from..<position]), into: &kept)
            }
        }
    }

    private mutating func take(_ event: StringScanner.Event, _ bytes: UnsafeBufferPointer<UInt8>, into kept: inout Bytes) {
        switch event {
        case .between:
            kept.append(contentsOf: bytes)
            return
        case .opens:
            kept.append(contentsOf: bytes)
            (start, written, summary) = (kept.count, 0, StringSummary())
            return
        case .closes:
            if isLong { mark(&kept) }
            kept.append(contentsOf: bytes)
            return
        case .plain: summary.add(bytes)
        case .escape: break
        case .character(let scalar): summary.add(scalar)
        }
        let wasLong = isLong
        written += bytes.count
        if !isLong { kept.append(contentsOf: bytes) } else if !wasLong { kept.removeSubrange(start...) }
    }

    private var isLong: Bool { written > threshold }

    private mutating func mark(_ kept: inout Bytes) {
        kept.append(contentsOf: summary.string(ordinal).mark.utf8)
        ordinal += 1
    }

    /// The summary of a string that is not kept.
    private struct StringSummary: Sendable {
        var count = 0
        var padding = 0
        var head: Bytes = []

        mutating func add(_ bytes: UnsafeBufferPointer<UInt8>) {
            if head.count < ElidedString.headCount { head.append(contentsOf: bytes.prefix(ElidedString.headCount - head.count)) }
            let signs = bytes.suffix(3).reversed().prefix { $0 == UInt8(ascii: "=") }.count
            // At most three, so that the count does not depend on how the text is split.
            padding = min(signs == bytes.count ? padding + signs : signs, 3)
            count += bytes.count
        }

        /// White space between the lines of base64 is not counted.
        mutating func add(_ scalar: Unicode.Scalar) {
            guard scalar.value > 0x20 else { return }
            let bytes = Bytes(UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            bytes.withUnsafeBufferPointer { add($0) }
        }

        func string(_ ordinal: Int) -> ElidedString {
            let isPlain = head.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
            let text = isPlain ? String(decoding: head, as: UTF8.self) : ""
            return ElidedString(ordinal: ordinal, count: count, padding: padding, head: text)
        }
    }
}
