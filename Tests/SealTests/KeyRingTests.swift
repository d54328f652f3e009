import Crypto
import Seal
import Testing
import Wire

struct KeyRingTests {
    static let hexOne = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
    static let one = "1:" + hexOne
    static let two = "2:202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"

    @Test(arguments: [
        "\(two)\n\(one)\n", "\(two),\(one)", "# the first seals, all open\n\n  \(two)\r\n\t\(one)  \r\n", " \(two) , \(one) ,\n",
        two.uppercased() + "\n" + one, "0\(two)\n\(one)",
    ])
    func `lines, commas, blanks and comments are read`(text: String) throws {
        #expect(try KeyRing(parsing: Secret(text)).text.reveal() == "\(Self.two)\n\(Self.one)\n")
    }

    static let unsound: [(text: String, reason: KeyRing.FormatError.Reason, place: Int)] = [
        ("", .empty, 0),
        ("# nothing\n\n", .empty, 0),
        ("\(one)\n3:0011", .tooShort, 2),
        ("1:\(hexOne.dropLast(2))", .tooShort, 1),
        ("1:\(hexOne)\(hexOne)00", .tooLong, 1),
        ("1:" + String(repeating: "00", count: 32), .weak, 1),
        ("1:" + String(repeating: "5a", count: 40), .weak, 1),
        ("\(two)\n2:\(hexOne)", .repeatedNumber, 2),
        ("\(two)\n\(two)", .repeatedNumber, 2),
        ("\(two)\n\(one)\n3:\(hexOne)", .repeatedKey, 3),
        ("\(hexOne)", .malformed, 1),
        ("0:\(hexOne)", .malformed, 1),
        ("256:\(hexOne)", .malformed, 1),
        ("+1:\(hexOne)", .malformed, 1),
        ("1: \(hexOne)", .malformed, 1),
        ("1:\(hexOne.dropLast())", .malformed, 1),
        ("1:0x\(hexOne)", .malformed, 1),
        ("\(two) \(one)", .malformed, 1),
    ]

    @Test(arguments: unsound)
    func `a ring that is not sound is refused`(text: String, reason: KeyRing.FormatError.Reason, place: Int) {
        #expect(throws: KeyRing.FormatError(reason, at: place)) { try KeyRing(parsing: Secret(text)) }
    }

    @Test func `a refusal says where and never what`() {
        let refusal = KeyRing.FormatError(.tooShort, at: 2)
        #expect(refusal.description == "seal keys, key 2: shorter than 32 bytes")
    }

    @Test func `a new ring can be read back`() throws {
        let ring = KeyRing.generate(random: .system)
        let text = ring.text.reveal()
        #expect(text.hasPrefix("1:") && text.utf8.count == 2 + 64 + 1)
        #expect(try KeyRing(parsing: Secret(text)).text.reveal() == text)
        #expect(KeyRing.generate(random: .system).text.reveal() != text)
    }

    @Test func `rotating puts a new key on top and keeps the others`() throws {
        let rotated = try Samples.ring.rotated(random: Samples.counting)
        #expect(rotated.text.reveal() == "2:" + Hex.text((0..<32).map { UInt8(160 + $0) }) + "\n" + Self.one + "\n")
        #expect(try rotated.rotated(random: .system).text.reveal().hasPrefix("3:"))
    }

    @Test func `numbers go round and spare those in use`() throws {
        let text = "255\(Self.two.dropFirst())\n\(Self.one)"
        let rotated = try KeyRing(parsing: Secret(text)).rotated(random: .system)
        #expect(rotated.text.reveal().hasPrefix("2:"))
    }

    @Test func `a ring is bounded`() throws {
        var ring = KeyRing.generate(random: .system)
        for _ in 1..<16 { ring = try ring.rotated(random: .system) }
        #expect(throws: KeyRing.FormatError(.tooMany, at: 17)) { try ring.rotated(random: .system) }
        let full = ring.text.reveal()
        #expect(try KeyRing(parsing: Secret(full)).text.reveal() == full)
        #expect(throws: KeyRing.FormatError(.tooMany, at: 17)) { try KeyRing(parsing: Secret(full + "99:\(Self.hexOne)")) }
    }

    @Test func `nothing of a ring can be printed`() {
        var dumped = ""
        dump(Samples.rotated, to: &dumped)
        #expect(!dumped.contains("0001") && !dumped.contains("[32"))
        #expect(!"\(Samples.rotated)".contains("0001"))
    }
}
