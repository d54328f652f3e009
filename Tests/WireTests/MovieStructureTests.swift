import Testing
import Wire

/// Whether a file is a whole movie, whatever pieces it comes in.
struct MovieStructureTests {
    private static func box(_ type: String, _ content: Int, long: Bool = false) -> Bytes {
        let size = UInt64(content + (long ? 16 : 8))
        let number = (0..<8).map { UInt8(truncatingIfNeeded: size >> (56 - 8 * UInt64($0))) }
        let head = (long ? [0, 0, 0, 1] : Bytes(number.suffix(4))) + Bytes(type.utf8) + (long ? number : [])
        return head + Bytes(repeating: 7, count: content)
    }

    private static let whole = box("ftyp", 16) + box("moov", 100) + box("mdat", 1000, long: true)

    private static func flaw(_ file: Bytes, pieces: Int = .max) -> String? {
        var structure = MovieStructure()
        var rest = file[...]
        while !rest.isEmpty {
            structure.read(rest.prefix(pieces))
            rest = rest.dropFirst(pieces)
        }
        return structure.finish()
    }

    @Test(arguments: [1, 3, 7, 8, 64, .max]) func `a whole movie has no flaw in pieces of any size`(pieces: Int) {
        #expect(Self.flaw(Self.whole, pieces: pieces) == nil)
        #expect(Self.flaw(Self.box("ftyp", 4) + Self.box("moov", 9) + Self.box("moof", 9) + Self.box("mdat", 3), pieces: pieces) == nil)
    }

    @Test func `a movie that is cut anywhere is not whole`() {
        // Between two boxes, a cut shows by the boxes that are missing.
        for count in 0..<Self.whole.count { #expect(Self.flaw(Bytes(Self.whole.prefix(count))) != nil, "cut at \(count)") }
    }

    @Test func `a movie may end with a box without a length or with bytes that are no box`() {
        let open = Self.box("ftyp", 4) + Self.box("moov", 9) + [0, 0, 0, 0] + Bytes("mdat".utf8) + Bytes(repeating: 1, count: 50)
        #expect(Self.flaw(open) == nil)
        #expect(Self.flaw(Self.whole + Bytes(repeating: 0, count: 5)) == nil)
        #expect(Self.flaw(Self.whole + Bytes(repeating: 0, count: 500)) == nil)
    }

    @Test func `what is no movie is named`() {
        #expect(Self.flaw([]) == "it has no box 'moov'")
        #expect(Self.flaw(Self.box("ftyp", 4) + Self.box("moov", 9)) == "it has no box 'mdat' or 'moof'")
        #expect(Self.flaw(Bytes("<html><body>Service unavailable</body></html>".utf8)) != nil)
        #expect(Self.flaw(Self.box("ftyp", 4) + [0, 0, 0, 3] + Bytes("moov".utf8)) == "it has a box 'moov' of 3 bytes in place of a box")
        #expect(Self.flaw(Bytes(Self.whole.dropLast(10))) == "it ends 10 bytes before the end of its box 'mdat'")
    }
}
