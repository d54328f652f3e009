import CZlib
import Wire

/// Applies `Content-Encoding: gzip` (RFC 1952) piece by piece.
package struct Deflater: ~Copyable {
    /// zlib keeps a pointer to it: it must not move.
    private let stream: UnsafeMutablePointer<z_stream>
    /// At most this much comes out of one call of zlib.
    private static let maxOutputBytes = 32 * 1024
    /// 15 bits of window; 16 more ask for gzip's header instead of zlib's.
    private static let gzipWindow: Int32 = 15 + 16

    /// - Parameter level: 1 (fast) to 9 (small).
    package init(level: Int32 = 5) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let size = Int32(MemoryLayout<z_stream>.size)
        let result = deflateInit2_(stream, level, Z_DEFLATED, Deflater.gzipWindow, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
        precondition(result == Z_OK, "zlib: out of memory, or not the version it was built for")
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// What can be sent after these bytes, which may be nothing yet.
    package mutating func compress(_ bytes: Slice) -> Bytes { run(bytes, Z_NO_FLUSH) }

    /// Everything that was held back, so that the reader sees all bytes so far; for answers that trickle.
    package mutating func flush() -> Bytes { run([], Z_SYNC_FLUSH) }

    /// The rest, to be sent last.
    package mutating func finish(_ bytes: Slice = []) -> Bytes { run(bytes, Z_FINISH) }

    private func run(_ bytes: Slice, _ flush: Int32) -> Bytes {
        var output = Bytes()
        bytes.withUnsafeBufferPointer { source in
            stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
            stream.pointee.avail_in = UInt32(source.count)
            repeat {
                output += Bytes(unsafeUninitializedCapacity: Deflater.maxOutputBytes) { room, filled in
                    stream.pointee.next_out = room.baseAddress
                    stream.pointee.avail_out = UInt32(Deflater.maxOutputBytes)
                    deflate(stream, flush)
                    filled = Deflater.maxOutputBytes - Int(stream.pointee.avail_out)
                }
            } while stream.pointee.avail_out == 0
        }
        return output
    }
}
