/// Owned bytes.
package typealias Bytes = [UInt8]

/// A window on bytes that somebody else owns: cutting one copies nothing. Indices are the owner's, not zero-based.
package typealias Slice = ArraySlice<UInt8>
