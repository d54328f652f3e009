import CZlib
import Wire

/// Applies `Content-Encoding: gzip` (RFC 1952) piece by piece.
package struct Deflater: ~Copyable {
    /// zlib keeps a pointer to it: it must not move.
    private let stream: UnsafeMutablePointer<z_stream>
    /// How many bytes one call of zlib may produce.
    private static let maxOutputBytes = 32 * 1024
    /// A window of 15 bits; plus 16 for the gzip header instead of zlib's.
    private static let gzipWindow: Int32 = 15 + 16

    /// - Parameter level: 1 (fast) to 9 (small).
    package init(level: Int32 = 5) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let size = Int32(MemoryLayout<z_stream>.size)
        let result = deflateInit2_(stream, level, Z_DEFLATED, Deflater.gzipWindow, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
        precondition(result == Z_OK, "zlib is out of memory, or has another version than at build time")
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// Compresses these bytes. The output may be empty so far.
    package mutating func compress(_ bytes: Slice) -> Bytes { run(bytes, Z_NO_FLUSH) }

    /// Outputs everything held back, so that the reader gets all bytes so far; for slow responses.
    package mutating func flush() -> Bytes { run([], Z_SYNC_FLUSH) }

    /// Compresses the last bytes and ends the stream.
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
