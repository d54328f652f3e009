import COpenSSL
import Wire

/// A key, token or password. It has no description, no encoding and an empty mirror. Its bytes are overwritten when the last copy is
/// released.
package struct Secret: Sendable, Equatable {
    private let storage: Storage

    package init(_ bytes: Bytes) { self = bytes.withUnsafeBytes { Secret(copying: $0) } }

    package init(copying bytes: UnsafeRawBufferPointer) {
        storage = Storage(count: bytes.count)
        storage.bytes.copyMemory(from: bytes)
    }

    package init(_ text: String) { self.init(Bytes(text.utf8)) }

    /// The `count` bytes that `fill` writes.
    init(count: Int, filling fill: (UnsafeMutableRawBufferPointer) -> Void) {
        storage = Storage(count: count)
        fill(storage.bytes)
    }

    package var count: Int { storage.bytes.count }

    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withExtendedLifetime(storage) { body(UnsafeRawBufferPointer(storage.bytes)) }
    }

    /// The secret as text, for the one place that sends it. The caller's copy is not overwritten.
    package func reveal() -> String { withBytes { String(decoding: $0, as: UTF8.self) } }

    /// Whether `candidate` has the same bytes, in a time that depends only on the lengths.
    package func matches(_ candidate: Bytes) -> Bool {
        withBytes { own in candidate.withUnsafeBytes { ConstantTime.equal(own, $0) } }
    }

    package static func == (one: Secret, other: Secret) -> Bool {
        one.withBytes { one in other.withBytes { ConstantTime.equal(one, $0) } }
    }

    /// Immutable once `Secret.init` has returned, so threads may share it.
    private final class Storage: @unchecked Sendable {
        let bytes: UnsafeMutableRawBufferPointer

        init(count: Int) { bytes = .allocate(byteCount: count, alignment: 1) }

        deinit {
            OPENSSL_cleanse(bytes.baseAddress, bytes.count)
            bytes.deallocate()
        }
    }
}

/// `print`, `dump` and string interpolation see an empty value.
extension Secret: CustomReflectable {
    package var customMirror: Mirror { Mirror(self, children: []) }
}
