import Crypto
import Jobs
import Seal
import Testing
import Wire

@testable import Gateway
@testable import JobState

struct JobIDCacheTests {
    private static let owner = Owner(name: "studio")
    private static let sealer = Sealer(KeyRing.generate(random: .system))

    private static func claims(_ ticket: String) -> Claims {
        Claims(
            account: "gpu", vendor: "v", model: "m", ticket: Ticket(ticket), created: Timestamp(unix: 1_795_262_400), dialect: "openai",
            requestedModel: "gpu/m")
    }

    @Test func `an id says the same whether it is known or not`() throws {
        let opened = JobIDCache(capacity: 8)
        for place in 0..<40 {
            let id = Self.sealer.seal(Self.claims("job \(place)"), for: Self.owner, random: .system)
            for _ in 0..<2 { #expect(opened.claims(of: id, for: Self.owner, with: Self.sealer) == Self.claims("job \(place)")) }
        }
    }

    @Test func `a cached id opens only for its owner`() throws {
        let opened = JobIDCache(capacity: 8)
        let id = Self.sealer.seal(Self.claims("job"), for: Self.owner, random: .system)
        #expect(opened.claims(of: id, for: Self.owner, with: Self.sealer) != nil)
        #expect(opened.claims(of: id, for: Owner(name: "other"), with: Self.sealer) == nil)
        #expect(opened.claims(of: id + "A", for: Self.owner, with: Self.sealer) == nil)
        #expect(opened.claims(of: id, for: Self.owner, with: Self.sealer) == Self.claims("job"))
    }

    @Test func `what was opened is known without the keys, until as many newer ones as fit have come`() throws {
        let opened = JobIDCache(capacity: 4)
        let others = Sealer(KeyRing.generate(random: .system))
        let ids = (0..<5).map { Self.sealer.seal(Self.claims("\($0)"), for: Self.owner, random: .system) }
        for id in ids { _ = opened.claims(of: id, for: Self.owner, with: Self.sealer) }
        let known = ids.map { opened.claims(of: $0, for: Self.owner, with: others) != nil }
        #expect(known == [false, false, true, true, true])
    }
}
