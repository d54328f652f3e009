import Crypto
import Jobs
import Seal
import Testing
import Wire

struct OwnerTests {
    @Test func `an owner made of its mark opens the owner's ids`() throws {
        let id = Sealer(Samples.ring).seal(Samples.fal, for: Samples.owner, random: .system)
        let marked = try #require(Owner(mark: Samples.owner.digestText))
        #expect(Sealer(Samples.ring).open(id, for: marked) == Samples.fal)
        #expect(Sealer(Samples.ring).open(id, for: try #require(Owner(mark: Owner(name: "other").digestText))) == nil)
        #expect(!Samples.owner.digestText.contains("studio"))
    }

    @Test(arguments: ["", "studio", "AAAA", Samples.owner.digestText + "A", String(Samples.owner.digestText.dropLast())])
    func `what is no mark is no owner`(mark: String) {
        #expect(Owner(mark: mark) == nil)
    }

    @Test func `a derived key is one for each purpose and ring`() {
        let keys = Samples.ring.derived("links")
        #expect(keys.map(\.count) == [32])
        #expect(keys == Samples.ring.derived("links"))
        #expect(keys != Samples.ring.derived("link"))
        #expect(Samples.rotated.derived("links").count == 2)
        #expect(Samples.rotated.derived("links")[1] == keys[0])
        #expect(Samples.rotated.derived("links")[0] != keys[0])
    }
}
