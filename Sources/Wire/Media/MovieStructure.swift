/// Checks, while the bytes pass, that a file is a complete MP4 or QuickTime movie (ISO/IEC 14496-12): that its boxes follow each other up
/// to the end of the file, and that those which a player needs are there. A file that was cut off fails, also one without a known length.
package struct MovieStructure: Sendable {
    /// Why the file is not a complete movie; nil while nothing is wrong.
    package private(set) var flaw: String?

    private var header: Bytes = []
    private var headerBytes = 8
    /// The content of the current box that has not been read.
    private var left = 0
    private var box = ""
    private var isOpenEnded = false
    private var hasMovie = false
    private var hasMedia = false
    private var isPastLastBox = false

    package init() {}

    package mutating func read(_ piece: Slice) {
        var rest = piece
        while !rest.isEmpty, flaw == nil, !isOpenEnded, !isPastLastBox {
            if left > 0 {
                let skipped = min(left, rest.count)
                left -= skipped
                rest = rest.dropFirst(skipped)
            } else {
                let wanted = rest.prefix(headerBytes - header.count)
                header.append(contentsOf: wanted)
                rest = rest.dropFirst(wanted.count)
                if header.count == headerBytes { readHeader() }
            }
        }
    }

    /// Call it at the end of the file.
    /// - Returns: why the file is not a complete movie; nil if it is one.
    package func finish() -> String? {
        if let flaw { return flaw }
        if left > 0 { return "it ends \(left) bytes before the end of its box '\(box)'" }
        if !header.isEmpty, !isComplete { return "it ends inside the head of a box" }
        if !hasMovie { return "it has no box 'moov'" }
        return hasMedia ? nil : "it has no box 'mdat' or 'moof'"
    }

    private var isComplete: Bool { hasMovie && hasMedia }

    private mutating func readHeader() {
        guard let head = MovieBox.Header(header[...]) else { return endBoxes(at: "bytes that are no box") }
        if head.isLong, header.count < MovieStructure.longHeaderBytes {
            headerBytes = MovieStructure.longHeaderBytes
            return
        }
        guard head.size >= header.count else { return endBoxes(at: "a box '\(head.type)' of \(head.size) bytes") }
        box = head.type
        isOpenEnded = head.size == .max
        left = isOpenEnded ? 0 : head.size - header.count
        hasMovie = hasMovie || box == "moov"
        hasMedia = hasMedia || box == "mdat" || box == "moof"
        header = []
        headerBytes = MovieStructure.shortHeaderBytes
    }

    /// Players ignore what some encoders append after the last box.
    private mutating func endBoxes(at reason: String) {
        if isComplete { isPastLastBox = true } else { flaw = "it has \(reason) in place of a box" }
    }

    private static let shortHeaderBytes = 8
    private static let longHeaderBytes = 16
}
