import Wire

/// The output of one write: small frames in one buffer, large pieces of bodies without a copy.
struct HTTP2Batch {
    var limit = 0
    private var pieces: [Slice] = []
    private var tail: Bytes = []
    private var count = 0
    private var settled: [HTTP2Stream] = []

    /// Pieces of bodies up to this size are copied: a separate slice costs about as much.
    private static let maxCopiedBytes = 2048

    var isFull: Bool { count >= limit }

    mutating func copy(_ bytes: UnsafeBufferPointer<UInt8>) {
        if tail.isEmpty { tail.reserveCapacity(1024) }
        tail.append(contentsOf: bytes)
        count += bytes.count
    }

    mutating func append(_ slice: Slice) {
        count += slice.count
        guard slice.count > HTTP2Batch.maxCopiedBytes else { return tail.append(contentsOf: slice) }
        pieces.append(tail[...])
        tail = []
        pieces.append(slice)
    }

    /// Appends a GOAWAY frame (RFC 9113 §6.8), for when the library no longer writes.
    mutating func appendGoAway(_ code: HTTP2Code, after last: Int32) {
        var frame: Bytes = [0, 0, 8, 7, 0, 0, 0, 0, 0]
        for word in [UInt32(bitPattern: last), code.rawValue] {
            for shift in [24, 16, 8, 0] { frame.append(UInt8(word >> UInt32(shift) & 255)) }
        }
        frame.withUnsafeBufferPointer { copy($0) }
    }

    /// Everything queued on this stream is part of this batch.
    mutating func markFlushed(_ stream: HTTP2Stream) { settled.append(stream) }

    mutating func take() -> (pieces: [Slice], settled: [HTTP2Stream]) {
        if !tail.isEmpty { pieces.append(tail[...]) }
        defer { (pieces, tail, count, settled) = ([], [], 0, []) }
        return (pieces, settled)
    }
}
