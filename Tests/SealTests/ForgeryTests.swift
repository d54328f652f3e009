import Crypto
import Jobs
import Seal
import Testing
import Wire

/// Forged ids: none of them opens.
struct ForgeryTests {
    static let sealer = Sealer(Samples.rotated)

    /// Ids of both versions.
    static func ids(_ count: Int) -> [String] { made(count) + [GoldenIDTests.version1[1].id] }

    static func made(_ count: Int, seed: UInt64 = 1) -> [String] {
        var random = SeededGenerator(seed: seed)
        // The last one refers to the journal.
        let reference = Claims(referenceCreated: Samples.fal.created, dialect: "ltx")
        let claims = (1..<count).map { _ in Claims.random(using: &random) } + [reference]
        return claims.map { sealer.seal($0, for: Samples.owner, random: .system) }
    }

    @Test func `ten thousand flips of one bit of an id's text open nothing`() throws {
        var forgeries = 0
        for id in Self.ids(9) {
            #expect(Self.sealer.open(id, for: Samples.owner) != nil)
            for place in 0..<id.utf8.count {
                for bit in 0..<8 {
                    var text = Bytes(id.utf8)
                    text[place] ^= 1 << UInt8(bit)
                    let forged = String(decoding: text, as: UTF8.self)
                    #expect(Self.sealer.open(forged, for: Samples.owner) == nil, "character \(place), bit \(bit)")
                    forgeries += 1
                }
            }
        }
        #expect(forgeries >= 10_000)
    }

    @Test func `a flip of any bit below the text opens nothing`() throws {
        for id in Self.ids(3) {
            let bytes = try Base64.url.decode(Bytes(id.utf8).dropFirst(6))
            for bit in 0..<(bytes.count * 8) {
                var forged = bytes
                forged[bit / 8] ^= 1 << UInt8(bit % 8)
                #expect(Self.sealer.open("video_" + Base64.url.text(forged), for: Samples.owner) == nil, "bit \(bit)")
            }
        }
    }

    @Test func `random claims with any byte changed open nothing`() throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        for id in Self.made(20, seed: seed) {
            let bytes = try Base64.url.decode(Bytes(id.utf8).dropFirst(6))
            #expect(Self.sealer.open(id, for: Samples.owner) != nil, "seed \(seed)")
            for place in bytes.indices {
                var forged = bytes
                forged[place] ^= UInt8.random(in: 1...255, using: &random)
                #expect(Self.sealer.open("video_" + Base64.url.text(forged), for: Samples.owner) == nil, "seed \(seed), byte \(place)")
            }
        }
    }

    @Test func `a part of an id, or more than it, opens nothing`() throws {
        for id in Self.ids(5) {
            let bytes = try Base64.url.decode(Bytes(id.utf8).dropFirst(6))
            for count in 0..<bytes.count {
                let cut = [bytes.prefix(count), bytes.suffix(count), bytes.prefix(count) + bytes.dropFirst(count + 1)].map(Bytes.init)
                for forged in cut { #expect(Self.sealer.open("video_" + Base64.url.text(forged), for: Samples.owner) == nil) }
            }
            for count in 0..<id.count { #expect(Self.sealer.open(String(id.prefix(count)), for: Samples.owner) == nil) }
            let dressed = [
                id + "A", id + "=", id + "==", id + "\n", " " + id, id + id, "video_" + id, id.uppercased(), String(id.dropFirst(6)),
            ]
            for forged in dressed { #expect(Self.sealer.open(forged, for: Samples.owner) == nil) }
        }
    }

    @Test func `only the owner opens an id`() throws {
        let id = Self.ids(1)[0]
        for name in ["", "local", "studio2", "studi", "studio\n", "genlock owner\nstudio"] {
            #expect(Self.sealer.open(id, for: Owner(name: name)) == nil)
        }
    }

    @Test func `two ids cannot be crossed`() throws {
        let ids = Self.made(2)
        let one = try Base64.url.decode(Bytes(ids[0].utf8).dropFirst(6))
        let other = try Base64.url.decode(Bytes(ids[1].utf8).dropFirst(6))
        for count in 1..<min(one.count, other.count) {
            let forged = Bytes(one.prefix(count) + other.dropFirst(count))
            guard forged != one, forged != other else { continue }
            #expect(Self.sealer.open("video_" + Base64.url.text(forged), for: Samples.owner) == nil)
        }
    }

    @Test func `another version opens nothing`() throws {
        for id in Self.ids(1) {
            var bytes = try Base64.url.decode(Bytes(id.utf8).dropFirst(6))
            let own = bytes[0]
            for version in UInt8.min...UInt8.max where version != own {
                bytes[0] = version
                #expect(Self.sealer.open("video_" + Base64.url.text(bytes), for: Samples.owner) == nil)
            }
        }
    }

    @Test func `noise opens nothing`() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<2000 {
            var bytes = (0..<Int.random(in: 0..<200, using: &random)).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            let version = UInt8.random(in: 1...2, using: &random)
            if bytes.count > 1, Bool.random(using: &random) { bytes.replaceSubrange(0..<2, with: [version, 2]) }
            #expect(Self.sealer.open("video_" + Base64.url.text(bytes), for: Samples.owner) == nil, "seed \(seed)")
            #expect(Self.sealer.open(String(decoding: bytes, as: UTF8.self), for: Samples.owner) == nil, "seed \(seed)")
        }
        let texts = [
            "", "video_", "video_1234", "video_" + String(repeating: "A", count: 249), String(repeating: "video_", count: 100_000),
        ]
        for text in texts {
            #expect(Self.sealer.open(text, for: Samples.owner) == nil)
        }
    }
}
