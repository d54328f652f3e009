import CZlib
import Wire

/// Decompresses `Content-Encoding: gzip` or `deflate` piece by piece, with a limit on the output: a small body must not fill the memory.
package struct Inflater: ~Copyable {
    /// The content coding of the input.
    package enum Coding: Sendable {
        /// RFC 1952; several members in a row are one body.
        case gzip
        /// RFC 1950, or raw RFC 1951, which some servers send under the same name.
        case deflate
    }

    /// Why the input cannot be decompressed.
    package enum InflateError: Error, Sendable, Hashable {
        case corrupt
        /// The output exceeds the limit.
        case tooLarge
        /// The ratio of output to input exceeds the limit.
        case bomb
        /// The input ended before the stream did.
        case truncated
        /// There are bytes after the end of the stream.
        case trailingBytes
    }

    private enum Phase { case waiting, inside, between, ended }

    /// zlib keeps a pointer to it: it must not move.
    private let stream: UnsafeMutablePointer<z_stream>
    private let coding: Coding
    private let limit: Int
    private let ratio: Int
    private var phase = Phase.waiting
    private var consumed = 0
    private var produced = 0

    /// The maximum size of one piece of output.
    private static let maxPieceBytes = 64 * 1024
    /// The ratio is not checked below this much output.
    private static let minBytesForRatio = 1 << 20

    /// - Parameters:
    ///   - limit: the maximum output in bytes; more is `tooLarge`.
    ///   - ratio: the maximum ratio of output to input; more is a `bomb` once the output exceeds a megabyte.
    package init(_ coding: Coding, limit: Int, ratio: Int) {
        self.coding = coding
        self.limit = limit
        self.ratio = ratio
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
    }

    deinit {
        if phase != .waiting { inflateEnd(stream) }
        stream.deallocate()
    }

    /// The next piece of output; nil when more input is needed. Call it until it returns nil.
    package mutating func next(_ input: inout Slice) throws(InflateError) -> Slice? {
        while true {
            switch phase {
            case .waiting:
                guard let byte = input.first else { return nil }
                begin(byte)
            case .ended:
                guard input.isEmpty else { throw .trailingBytes }
                return nil
            case .between:
                guard let byte = input.first else { return nil }
                guard coding == .gzip else { throw .trailingBytes }
                // RFC 1952 §2.2: members follow each other; tape padding of zeros is skipped as gzip(1) does.
                if byte == 0 {
                    input.removeFirst()
                } else {
                    guard byte == 0x1F, inflateReset(stream) == Z_OK else { throw .trailingBytes }
                    phase = .inside
                }
            case .inside:
                let piece = try step(&input)
                if !piece.isEmpty { return piece }
                if input.isEmpty, phase == .inside { return nil }
            }
        }
    }

    /// Call it at the end of the input. An empty input is an empty body.
    /// - Throws: `truncated` if the stream is incomplete.
    package func finish() throws(InflateError) {
        if phase == .inside { throw .truncated }
    }

    private mutating func begin(_ first: UInt8) {
        // RFC 1950 §2.2: the low half of the first byte is 8 and the window at most 32 KB; a raw deflate stream never begins that way.
        let isBare = coding == .deflate && (first & 0x0F != 8 || first >> 4 > 7)
        let windowBits: Int32 = coding == .gzip ? 16 + 15 : isBare ? -15 : 15
        let result = inflateInit2_(stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(result == Z_OK, "zlib is out of memory, or has another version than at build time")
        phase = .inside
    }

    private mutating func step(_ input: inout Slice) throws(InflateError) -> Slice {
        let stream = stream
        let offered = min(input.count, Int(UInt32.max))
        let room = min(max(4096, min(offered, Inflater.maxPieceBytes) * 8), Inflater.maxPieceBytes, limit - produced + 1)
        var result = Z_OK
        let output = input.withUnsafeBufferPointer { source in
            Bytes(unsafeUninitializedCapacity: room) { target, filled in
                stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
                stream.pointee.avail_in = UInt32(offered)
                stream.pointee.next_out = target.baseAddress
                stream.pointee.avail_out = UInt32(room)
                result = inflate(stream, Z_NO_FLUSH)
                filled = room - Int(stream.pointee.avail_out)
            }
        }
        let used = offered - Int(stream.pointee.avail_in)
        input.removeFirst(used)
        consumed += used
        produced += output.count
        guard result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR else { throw .corrupt }
        guard produced <= limit else { throw .tooLarge }
        guard produced <= Inflater.minBytesForRatio || produced / ratio <= consumed else { throw .bomb }
        if result == Z_STREAM_END { phase = coding == .gzip ? .between : .ended }
        return output[...]
    }
}
