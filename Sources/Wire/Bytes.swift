/// Owned bytes.
package typealias Bytes = [UInt8]

/// A slice of bytes that shares their storage: slicing copies nothing. Indices are those of the base, not zero-based.
package typealias Slice = ArraySlice<UInt8>
