import Crypto
import Jobs
import Seal
import Wire

/// Keys, owners and claims that several tests use.
enum Samples {
    static let owner = Owner(name: "studio")

    /// Key 1 is the bytes 0 to 31.
    static let ring = ring("1:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")
    /// Key 2 is the bytes 32 to 63; key 1 still opens.
    static let rotated = ring(
        "2:202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f\n"
            + "1:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")
    static let retired = ring("2:202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f")

    /// The bytes 160, 161, …
    static let counting = RandomSource { count in (0..<count).map { UInt8(160 + $0) } }

    static let fal: Claims = {
        var claims = Claims(
            account: "fal", vendor: "fal", model: "kling-3.0-pro", ticket: Ticket("764cabcf-b745-4b3e-ae38-1200304cf45b"),
            created: Timestamp(unix: 1_795_176_000), dialect: "openai", requestedModel: "sora-2")
        claims.seconds = 8
        claims.size = "1280x720"
        return claims
    }()

    /// Uses every field.
    static let everything: Claims = {
        var claims = Claims(
            account: "fal-eu", vendor: "fal", model: "kling-3.0", ticket: Ticket("1313170000", "Ünïcode|", "", "fal-eu/kling-3.0"),
            created: Timestamp(unix: 1_700_000_000), dialect: "aimlapi", requestedModel: "fal/kling-3.0")
        claims.operation = .retake(start: 2.125, replacing: .both)
        claims.seconds = 7.25
        claims.size = "720p 16:9"
        claims.echo = ["route": "image-to-video", "v": "1"]
        return claims
    }()

    static let reference = Claims(referenceCreated: Timestamp(unix: 1_795_176_000), dialect: "imagerouter")

    /// Its ids have more than 255 characters.
    static let long: Claims = {
        var claims = fal
        claims.ticket = Ticket(String(repeating: "|", count: 300))
        return claims
    }()

    static func ring(_ text: String) -> KeyRing {
        do {
            return try KeyRing(parsing: Secret(text))
        } catch {
            fatalError("\(error)")
        }
    }
}

extension Claims {
    /// Any mixture of these fits into an id.
    static func random(using random: inout SeededGenerator) -> Claims {
        let vendors = ["fal", "google", "openai-compatible"]
        let models = ["kling-3.0", "T2V-01-Director", "veo-3.1-fast-generate-001", "ünïcode", ""]
        let tickets = [
            "764cabcf-b745-4b3e-ae38-1200304cf45b", "1313170000", "cgt-2026a", "d0/a.b", "QmFzZTY0_-", "", "0", "DEADBEEF", "ab|cd",
            "\u{E9}", "e\u{301}",
        ]
        func pick<Element>(_ choices: [Element]) -> Element { choices.randomElement(using: &random)! }
        let vendor = pick(vendors)
        let model = pick(models)
        let ticket = Ticket(fields: (0..<Int.random(in: 0..<3, using: &random)).map { _ in pick(tickets) })
        var claims = Claims(
            account: pick([vendor, "backup"]), vendor: vendor, model: model, ticket: ticket,
            created: Timestamp(unix: Int64.random(in: -1000...4_000_000_000, using: &random)), dialect: pick(["openai", "siraya"]),
            requestedModel: pick([model, vendor + "/" + model, "sora-2", "/", vendor + "/"]))
        claims.operation = pick([
            .generate, .extend(.start, context: nil), .extend(.end, context: 1.5), .edit, .remix, .retake(start: 0, replacing: .audio),
            .retake(start: 12.345, replacing: .video), .reframe, .hdr,
        ])
        claims.seconds = pick([nil, 4, 8, 7.5, 5.041667, 120])
        claims.size = pick([nil, "1280x720", "720p", "auto"])
        claims.echo = pick([[:], ["route": "text-to-video"], ["a": "1", "b": ""]])
        return claims
    }
}

/// SplitMix64: the same numbers for the same seed, on every machine.
struct SeededGenerator: RandomNumberGenerator {
    var seed: UInt64

    mutating func next() -> UInt64 {
        seed &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (seed ^ seed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
