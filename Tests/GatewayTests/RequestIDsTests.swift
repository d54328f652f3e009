import Crypto
@testable import Gateway
import Testing
import Wire

struct RequestIDsTests {
    @Test func `a thousand names are a thousand names of 24 hex digits`() {
        let ids = RequestIDs(random: .system)
        let names = (0..<1000).map { _ in ids.next() }
        #expect(Set(names).count == 1000)
        #expect(names.allSatisfy { $0.hasPrefix("req_") && Hex.bytes($0.dropFirst(4))?.count == 12 })
    }

    @Test func `every random byte is used once`() {
        let counting = RandomSource { count in (0..<count).map { UInt8(truncatingIfNeeded: $0 / 12) } }
        let ids = RequestIDs(random: counting)
        for place in 0..<130 {
            #expect(ids.next() == "req_" + Hex.text(Bytes(repeating: UInt8(place % 64), count: 12)))
        }
    }

    @Test(arguments: ["", "a b", "é", String(repeating: "a", count: 65), "a\n"])
    func `a client's own id is taken only if it is short and plain`(text: String) {
        #expect(RequestIDs.accepted(text) == nil && RequestIDs.accepted(nil) == nil)
        #expect(RequestIDs.accepted("abc-DEF_1.2") == "abc-DEF_1.2")
    }
}
