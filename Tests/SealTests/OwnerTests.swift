import Crypto
import Jobs
import Seal
import Testing
import Wire

struct OwnerTests {
    @Test func `an owner made of its mark opens the owner's ids`() throws {
        let id = try Sealer(Samples.ring).seal(Samples.fal, for: Samples.owner, random: .system)
        let marked = try #require(Owner(mark: Samples.owner.mark))
        #expect(Sealer(Samples.ring).open(id, for: marked) == Samples.fal)
        #expect(Sealer(Samples.ring).open(id, for: try #require(Owner(mark: Owner(name: "other").mark))) == nil)
        #expect(!Samples.owner.mark.contains("studio"))
    }

    @Test(arguments: ["", "studio", "AAAA", Samples.owner.mark + "A", String(Samples.owner.mark.dropLast())])
    func `what is no mark is no owner`(mark: String) {
        #expect(Owner(mark: mark) == nil)
    }

    @Test func `a derived key is one for each purpose and ring`() {
        let key = Samples.ring.derived("links")
        #expect(key.count == 32)
        #expect(key == Samples.ring.derived("links"))
        #expect(key != Samples.ring.derived("link"))
        #expect(key != Samples.rotated.derived("links"))
    }
}
