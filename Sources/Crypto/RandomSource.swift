import COpenSSL
import Wire

/// Where unpredictable bytes come from. Code that needs some is handed one; only the program's wiring picks `system`.
package struct RandomSource: Sendable {
    private let make: @Sendable (Int) -> Bytes

    /// `make` returns as many bytes as it is asked for.
    package init(_ make: @escaping @Sendable (Int) -> Bytes) { self.make = make }

    package func bytes(_ count: Int) -> Bytes {
        let bytes = make(count)
        precondition(bytes.count == count)
        return bytes
    }

    /// OpenSSL's generator, seeded by the kernel.
    package static let system = RandomSource { count in
        var bytes = Bytes(repeating: 0, count: count)
        OpenSSL.must(RAND_bytes(&bytes, Int32(count)))
        return bytes
    }
}
