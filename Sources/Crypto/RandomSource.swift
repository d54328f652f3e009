import COpenSSL
import Synchronization
import Wire

/// A source of cryptographically secure random bytes. Code that needs some gets one passed; only the wiring chooses `system`.
package struct RandomSource: Sendable {
    private let make: @Sendable (Int) -> Bytes

    /// - Parameter make: returns the requested number of bytes.
    package init(_ make: @escaping @Sendable (Int) -> Bytes) { self.make = make }

    package func bytes(_ count: Int) -> Bytes {
        let bytes = make(count)
        precondition(bytes.count == count)
        return bytes
    }

    /// OpenSSL's generator, seeded by the kernel.
    package static let system = RandomSource { count in
        var bytes = Bytes(repeating: 0, count: count)
        OpenSSL.check(RAND_bytes(&bytes, Int32(count)))
        return bytes
    }

    /// The same, fetched in blocks of a thousand bytes: each fetch costs a system call and thousands of instructions, for any number of
    /// bytes. Bytes that have been returned are not kept.
    package static func pooled(_ source: RandomSource = .system) -> RandomSource {
        let pool = RandomPool(source)
        return RandomSource { pool.take($0) }
    }
}

/// Random bytes in reserve, shared by all loops.
private final class RandomPool: Sendable {
    private let source: RandomSource
    private let stock = Mutex<Bytes>([])
    private static let batch = 4096

    init(_ source: RandomSource) { self.source = source }

    func take(_ count: Int) -> Bytes {
        guard count <= RandomPool.batch / 8 else { return source.bytes(count) }
        return stock.withLock { stock in
            if stock.count < count { stock = source.bytes(RandomPool.batch) }
            let taken = Bytes(stock.suffix(count))
            for place in stock.indices.suffix(count) { stock[place] = 0 }
            stock.removeLast(count)
            return taken
        }
    }
}
