import Crypto
import Wire

/// Names requests in answers and logs: `req_` and 24 hex digits. Random bytes are fetched for many names at a time, for a fetch costs
/// far more than the bytes that it brings. One for each loop.
final class RequestIDs {
    private let random: RandomSource
    private var spare: Slice = []
    private static let count = 12
    private static let batch = 64

    init(random: RandomSource) { self.random = random }

    func next() -> String {
        if spare.isEmpty { spare = random.bytes(RequestIDs.count * RequestIDs.batch)[...] }
        defer { spare = spare.dropFirst(RequestIDs.count) }
        return "req_" + spare.prefix(RequestIDs.count).withUnsafeBytes { Hex.text($0) }
    }

    /// The client's own id, if it is short and plain.
    static func accepted(_ text: String?) -> String? {
        guard let text, (1...64).contains(text.utf8.count) else { return nil }
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
            default: false
            }
        }
        return isPlain ? text : nil
    }
}
