import Crypto
import Jobs
import Seal
import Testing
import Wire

struct SealerTests {
    @Test func `ids stay good when the ring is rotated, until their key is gone`() throws {
        let old = Sealer(Samples.ring).seal(Samples.fal, for: Samples.owner, random: .system)
        let new = Sealer(Samples.rotated).seal(Samples.fal, for: Samples.owner, random: .system)
        #expect(Sealer(Samples.rotated).open(old, for: Samples.owner) == Samples.fal)
        #expect(Sealer(Samples.rotated).open(new, for: Samples.owner) == Samples.fal)
        #expect(Sealer(Samples.retired).open(new, for: Samples.owner) == Samples.fal)
        #expect(Sealer(Samples.retired).open(old, for: Samples.owner) == nil)
        #expect(Sealer(Samples.ring).open(new, for: Samples.owner) == nil)
    }

    @Test func `another key under the same number opens nothing`() throws {
        let id = Sealer(Samples.ring).seal(Samples.fal, for: Samples.owner, random: .system)
        let other = KeyRing.generate(random: .system)
        #expect(Sealer(other).open(id, for: Samples.owner) == nil)
    }

    @Test func `every random claim comes back from its id`() throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        let sealer = Sealer(Samples.rotated)
        for _ in 0..<500 {
            let claims = Claims.random(using: &random)
            let id = sealer.seal(claims, for: Samples.owner, random: .system)
            #expect(sealer.open(id, for: Samples.owner) == claims, "seed \(seed)")
            #expect(id.hasPrefix("video_") && id.utf8.count <= 255, "seed \(seed)")
            #expect(id.utf8.allSatisfy { Bytes("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8).contains($0) })
        }
    }

    @Test func `the same claims never give the same id`() throws {
        let ids = (0..<1000).map { _ in Sealer(Samples.ring).seal(Samples.fal, for: Samples.owner, random: .system) }
        #expect(Set(ids).count == 1000)
    }

    /// Tickets as long as these vendors make them, with the longest region and a long project name, under a long alias.
    @Test(arguments: [
        (
            "google-vertex", "veo-3.1-fast-generate-001",
            [
                "my-company-production-412345", "northamerica-northeast1", "veo-3.1-fast-generate-001",
                "764cabcf-b745-4b3e-ae38-1200304cf45b",
            ]
        ),
        ("aws-bedrock", "luma.ray-v2:0", ["arn:aws:bedrock:us-east-1:123456789012:async-invoke/abc123def456"]),
        ("fal", "fal-ai/kling-video/v2.5-turbo/pro/image-to-video", ["764cabcf-b745-4b3e-ae38-1200304cf45b", "fal-ai/kling-video"]),
        ("google", "gemini-omni-1.1-flash", ["v1_ChdTbGtkYU5LZkNhaTdxdHNQeE5xVHdBcxIXU2xrZGFOS2ZDYWk3cXRzUHhOcVR3QXM"]),
    ])
    func `a long ticket fits`(vendor: String, model: String, ticket: [String]) throws {
        var claims = Claims(
            account: vendor, vendor: vendor, model: model, ticket: Ticket(fields: ticket), created: Timestamp(unix: 1_795_176_000),
            dialect: "imagerouter", requestedModel: vendor + "/" + model)
        claims.seconds = 7.5
        claims.size = "1280x720"
        let id = Sealer(Samples.ring).seal(claims, for: Samples.owner, random: .system)
        #expect(Sealer(Samples.ring).open(id, for: Samples.owner) == claims)
    }

    @Test func `without a journal the client's own name for the model, length and frame give way where that is enough`() {
        var claims = Samples.fal
        claims.requestedModel = String(repeating: "|", count: 100)
        let id = Sealer(Samples.ring).sealSelfContained(claims, for: Samples.owner, random: .system)
        let opened = Sealer(Samples.ring).open(id, for: Samples.owner)
        #expect(Sealer.fits(id))
        #expect(opened?.requestedModel == "fal/kling-3.0-pro" && opened?.size == nil && opened?.ticket == claims.ticket)
    }

    /// Every form that a text is packed in, and characters that no form packs.
    @Test(arguments: ["|", "a", "0", "é", "Z", "\u{1F3A5}"], [20, 150, 151, 400, 2000, 65_535, 65_537, 100_000])
    func `a ticket of any length comes back from its id`(character: String, count: Int) {
        var claims = Samples.fal
        claims.ticket = Ticket(String(repeating: character, count: count), "second")
        let whole = Self.sealer.seal(claims, for: Samples.owner, random: .system)
        let alone = Self.sealer.sealSelfContained(claims, for: Samples.owner, random: .system)
        for id in [whole, alone] {
            let opened = Self.sealer.open(id, for: Samples.owner)
            #expect(opened?.ticket == claims.ticket && opened?.account == claims.account && opened?.model == claims.model)
            #expect(Self.sealer.open(id, for: Owner(name: "other")) == nil)
            #expect(Sealer.fits(id) || count > 100)
        }
    }

    /// A vendor that may choose its ids can make one refer to the account's name as often as it wants.
    @Test(arguments: [1, 2, 100, 100_000]) func `a ticket of repeated names comes back from its id`(count: Int) {
        var claims = Samples.fal
        claims.ticket = Ticket(String(repeating: "fal/", count: count) + "fal", String(repeating: "/fal", count: count))
        let id = Self.sealer.seal(claims, for: Samples.owner, random: .system)
        #expect(Self.sealer.open(id, for: Samples.owner) == claims)
    }

    @Test func `threads that share a sealer make and open sound ids`() async {
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    (0..<200).allSatisfy { _ in
                        let id = Self.sealer.seal(Samples.fal, for: Samples.owner, random: .system)
                        return Self.sealer.open(id, for: Samples.owner) == Samples.fal
                    }
                }
            }
            for await isSound in group { #expect(isSound) }
        }
    }

    @Test func `an id without journal has more than 255 characters only where it must`() {
        var claims = Samples.fal
        var longest = 0
        for count in 1...200 {
            claims.ticket = Ticket(String(repeating: "|", count: count))
            let id = Self.sealer.sealSelfContained(claims, for: Samples.owner, random: .system)
            if Sealer.fits(id) { longest = max(longest, id.utf8.count) }
            if !Sealer.fits(id) { #expect(Self.sealer.open(id, for: Samples.owner) == claims, "\(count)") }
        }
        #expect(longest == 254)
    }

    @Test func `a reference to the journal is short, opens for its owner alone, and says that it is one`() {
        let reference = Claims(referenceCreated: Timestamp(unix: 1_795_176_000), dialect: "imagerouter")
        let id = Self.sealer.seal(reference, for: Samples.owner, random: .system)
        let opened = Self.sealer.open(id, for: Samples.owner)
        #expect(opened == reference && opened?.isReference == true && opened?.dialect == "imagerouter")
        #expect(opened?.created == Timestamp(unix: 1_795_176_000))
        #expect(id.utf8.count < 100)
        #expect(Self.sealer.open(id, for: Owner(name: "other")) == nil)
        #expect(!Samples.fal.isReference)
    }

    private static let sealer = Sealer(Samples.ring)

    @Test func `a replaced client key of the same name keeps its jobs`() throws {
        let id = Sealer(Samples.ring).seal(Samples.fal, for: Owner(name: "studio"), random: .system)
        #expect(Sealer(Samples.ring).open(id, for: Owner(name: "studio")) == Samples.fal)
        #expect(Sealer(Samples.ring).open(id, for: Owner(name: "Studio")) == nil)
    }
}
