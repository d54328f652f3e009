import Crypto
import Wire

/// The id of one request in answers and logs.
enum RequestID {
    static func make(random: RandomSource) -> String { "req_" + Hex.text(random.bytes(12)) }

    /// The client's own id, if it is short and has only safe characters.
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
