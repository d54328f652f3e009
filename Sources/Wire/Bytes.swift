/// Owned bytes.
package typealias Bytes = [UInt8]

/// A slice of bytes that shares their storage: slicing copies nothing. Indices are those of the base, not zero-based.
package typealias Slice = ArraySlice<UInt8>

extension OutputSpan<UInt8> {
    /// Copies all bytes at once; the caller has reserved the capacity.
    mutating func append(copying bytes: UnsafeBufferPointer<UInt8>) {
        precondition(bytes.count <= freeCapacity)
        withUnsafeMutableBufferPointer { buffer, count in
            guard let start = bytes.baseAddress, let end = buffer.baseAddress.map({ $0 + count }) else { return }
            end.initialize(from: start, count: bytes.count)
            count += bytes.count
        }
    }
}
