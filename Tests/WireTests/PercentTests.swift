import Testing
import Wire

@Suite struct PercentTests {
    @Test func `every byte is encoded but the unreserved ones, and decoded again`() {
        for byte in UInt8.min...UInt8.max {
            let isUnreserved = Bytes("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-._~".utf8).contains(byte)
            let hex = Hex.text([byte])
            #expect(Percent.bytes(Slice("%\(hex)")) == [byte] && Percent.bytes(Slice("%\(hex.uppercased())")) == [byte])
            guard byte < 0x80 else { continue }
            let character = String(UnicodeScalar(byte))
            #expect(Percent.encoded(character) == (isUnreserved ? character : "%\(hex.uppercased())"))
        }
    }

    @Test(arguments: [
        ("a/b c", "", "a%2Fb%20c"), ("a/b c", "/", "a/b%20c"), ("é", "é", "%C3%A9"), ("€", "", "%E2%82%AC"),
        ("a+b=c&d", "=&", "a%2Bb=c&d"), ("%41", "", "%2541"), ("", "", ""),
    ])
    func `text is encoded`(text: String, allowing: String, encoded: String) {
        #expect(Percent.encoded(text, allowing: allowing) == encoded)
        #expect(Percent.decoded(encoded) == text)
    }

    @Test(arguments: [
        ("%", "%"), ("%4", "%4"), ("%4x", "%4x"), ("%x4", "%x4"), ("%%41", "%A"), ("%2541", "%41"), ("a%41b%4", "aAb%4"),
        ("+", "+"), ("%E2%82", "\u{FFFD}"), ("%+1", "%+1"),
    ])
    func `a percent sign without two digits is kept`(text: String, decoded: String) {
        #expect(Percent.decoded(text) == decoded)
    }

    @Test func `a plus is a space in forms alone`() {
        #expect(Percent.decoded(Slice("a+b%2B"), plusIsSpace: true) == "a b+")
        #expect(Percent.decoded(Slice("a+b%2B")) == "a+b+")
    }
}
