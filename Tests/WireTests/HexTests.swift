import Testing
import Wire

struct HexTests {
    @Test func `every byte is written in lower case and read in either`() {
        let bytes = (0...255).map { UInt8($0) }
        let text = Hex.text(bytes)
        #expect(text.hasPrefix("000102") && text.hasSuffix("fdfeff"))
        #expect(text.utf8.count == 512)
        #expect(Hex.bytes(text) == bytes)
        #expect(Hex.bytes(text.uppercased()) == bytes)
    }

    @Test func `an empty text is no bytes`() {
        #expect(Hex.bytes("") == [])
        #expect(Hex.text([]) == "")
    }

    @Test(arguments: ["0", "abc", "0g", "g0", " 0", "0 ", "0x10", "00\n", "é0", "/0", ":0", "@0", "`0"])
    func `anything but pairs of digits is refused`(text: String) {
        #expect(Hex.bytes(text) == nil)
    }
}
