import Jobs
import Testing
import Vendors

@Suite struct `The registry` {
    @Test func `names and aliases belong to one vendor each`() {
        let names = Registry.vendors.flatMap { [$0.card.name] + $0.card.aliases }
        #expect(Set(names).count == names.count)
    }
}
