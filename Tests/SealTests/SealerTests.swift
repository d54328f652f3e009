import Crypto
import Jobs
import Seal
import Testing
import Wire

struct SealerTests {
    /// An id of today must open in every later version, so these never change. They were also opened, and their bytes read, with
    /// another program's HKDF and AES-GCM.
    static let golden: [(ring: KeyRing, claims: Claims, id: String)] = [
        (
            Samples.ring, Samples.fal,
            "video_AQGgoaKjpKWmp6ipqqusra6vsLGys7S1trfkjVvdLI6FwXrpSwa2fQyq1TMG43-Joev3qqYPLBpz3jBR9DB54zACVc"
                + "_n8eBNHhDHkBy4N7ElLaz7f5PSzb8gASXCsDgJA3ZwcvVOCI84"
        ),
        (
            Samples.rotated, Samples.everything,
            "video_AQKgoaKjpKWmp6ipqqusra6vsLGys7S1tre4meDhK88vFJiHSR4Ssp4wnVqslagfomS99iO3iFCuFCP5s1GGKunyoNBFaI6z4tDv5dmey66U"
                + "vpEHnPtMXwgvKGEQqesdA1vnT6gOzBSWXcGn86WAYM0JNaUUQ2xkZVM9OiYvxXjFM1DZQ3MWjkxAwwo4"
        ),
    ]

    @Test(arguments: golden) func `a golden id is made and opened`(ring: KeyRing, claims: Claims, id: String) throws {
        #expect(try Sealer(ring).seal(claims, for: Samples.owner, random: Samples.counting) == id)
        #expect(Sealer(ring).open(id, for: Samples.owner) == claims)
    }

    @Test func `ids stay good when the ring is rotated, until their key is gone`() throws {
        let old = try Sealer(Samples.ring).seal(Samples.fal, for: Samples.owner, random: .system)
        let new = try Sealer(Samples.rotated).seal(Samples.fal, for: Samples.owner, random: .system)
        #expect(Sealer(Samples.rotated).open(old, for: Samples.owner) == Samples.fal)
        #expect(Sealer(Samples.rotated).open(new, for: Samples.owner) == Samples.fal)
        #expect(Sealer(Samples.retired).open(new, for: Samples.owner) == Samples.fal)
        #expect(Sealer(Samples.retired).open(old, for: Samples.owner) == nil)
        #expect(Sealer(Samples.ring).open(new, for: Samples.owner) == nil)
    }

    @Test func `another key under the same number opens nothing`() throws {
        let id = try Sealer(Samples.ring).seal(Samples.fal, for: Samples.owner, random: .system)
        let other = KeyRing.generate(random: .system)
        #expect(Sealer(other).open(id, for: Samples.owner) == nil)
    }

    @Test func `every random claim comes back from its id`() throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        let sealer = Sealer(Samples.rotated)
        for _ in 0..<500 {
            let claims = Claims.random(using: &random)
            let id = try sealer.seal(claims, for: Samples.owner, random: .system)
            #expect(sealer.open(id, for: Samples.owner) == claims, "seed \(seed)")
            #expect(id.hasPrefix("video_") && id.utf8.count <= 255, "seed \(seed)")
            #expect(id.utf8.allSatisfy { Bytes("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8).contains($0) })
        }
    }

    @Test func `the same claims never give the same id`() throws {
        let ids = try (0..<1000).map { _ in try Sealer(Samples.ring).seal(Samples.fal, for: Samples.owner, random: .system) }
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
            dialect: "imagerouter", asked: vendor + "/" + model)
        claims.seconds = 7.5
        claims.size = "1280x720"
        let id = try Sealer(Samples.ring).seal(claims, for: Samples.owner, random: .system)
        #expect(Sealer(Samples.ring).open(id, for: Samples.owner) == claims)
    }

    @Test func `where it is too long, the client's own name for the model, length and frame give way`() throws {
        var claims = Samples.fal
        claims.asked = String(repeating: "|", count: 100)
        let opened = try Sealer(Samples.ring).open(
            Sealer(Samples.ring).seal(claims, for: Samples.owner, random: .system), for: Samples.owner)
        #expect(opened?.asked == "fal/kling-3.0-pro" && opened?.size == nil && opened?.ticket == claims.ticket)
    }

    @Test func `an id has at most 255 characters`() throws {
        var claims = Samples.fal
        var longest = 0
        // Characters that no form packs: one byte each.
        for count in 1...200 {
            claims.ticket = Ticket(String(repeating: "|", count: count))
            do throws(Fault) {
                let id = try Sealer(Samples.ring).seal(claims, for: Samples.owner, random: .system)
                let opened = Sealer(Samples.ring).open(id, for: Samples.owner)
                #expect(opened?.ticket == claims.ticket && opened?.account == claims.account && opened?.model == claims.model)
                longest = max(longest, id.utf8.count)
            } catch {
                #expect(error.kind == .internalError)
                #expect(error.sent == .maybe)
                #expect(error.detail?.contains("ticket \(count) characters") == true)
                #expect(error.detail?.contains("|") == false)
            }
        }
        #expect(longest == 254)
    }

    @Test func `a replaced client key of the same name keeps its jobs`() throws {
        let id = try Sealer(Samples.ring).seal(Samples.fal, for: Owner(name: "studio"), random: .system)
        #expect(Sealer(Samples.ring).open(id, for: Owner(name: "studio")) == Samples.fal)
        #expect(Sealer(Samples.ring).open(id, for: Owner(name: "Studio")) == nil)
    }
}
