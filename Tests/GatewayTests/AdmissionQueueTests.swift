import Seal
import Testing

@testable import Access
@testable import Gateway

/// The order in which waiting creates are admitted, and which create a full queue removes.
struct AdmissionQueueTests {
    private let alice = Owner(name: "alice")
    private let bob = Owner(name: "bob")
    private let carol = Owner(name: "carol")

    @Test func `owners take turns in each line, and each owner's creates keep their order`() {
        var queue = AdmissionQueue(capacity: 100)
        for number in 1...4 { _ = queue.insert(number, of: alice, at: ["a"]) }
        for number in 5...6 { _ = queue.insert(number, of: bob, at: ["a"]) }
        var order: [Int] = []
        while let number = queue.first(at: "a") {
            queue.admit(number, at: "a")
            order.append(number)
        }
        #expect(order == [1, 5, 2, 6, 3, 4])
        #expect(queue.isEmpty && queue.accounts.isEmpty)
    }

    @Test func `an owner that comes later waits for one turn of the others, not for all their creates`() {
        var queue = AdmissionQueue(capacity: 1000)
        for number in 1...500 { _ = queue.insert(number, of: alice, at: ["a"]) }
        queue.admit(1, at: "a")
        _ = queue.insert(501, of: bob, at: ["a"])
        queue.admit(queue.first(at: "a") ?? 0, at: "a")
        #expect(queue.first(at: "a") == 501)
    }

    @Test func `a create that one account admits leaves the lines of all others`() {
        var queue = AdmissionQueue(capacity: 10)
        _ = queue.insert(1, of: alice, at: ["a", "b"])
        _ = queue.insert(2, of: alice, at: ["b"])
        queue.admit(1, at: "a")
        #expect(queue.count(at: "a") == 0)
        #expect(queue.first(at: "b") == 2)
    }

    @Test func `a full queue takes the newest create of the owner with the most`() {
        var queue = AdmissionQueue(capacity: 4)
        for number in 1...3 { _ = queue.insert(number, of: alice, at: ["a"]) }
        _ = queue.insert(4, of: bob, at: ["a"])
        let first = queue.insert(5, of: bob, at: ["b"])
        #expect(first.isWaiting && first.displaced == 3)
        #expect(!queue.insert(6, of: bob, at: ["a"]).isWaiting, "two each: an even share is not taken away")
        let newcomer = queue.insert(7, of: carol, at: ["a"])
        #expect(newcomer.isWaiting && (newcomer.displaced == 2 || newcomer.displaced == 5))
    }

    /// Compares with a plain list under random changes.
    @Test(arguments: [UInt64](1...20)) func `the queue agrees with a plain list`(seed: UInt64) {
        var random = Generator(state: seed)
        var queue = AdmissionQueue(capacity: 60)
        var plain: [(number: Int, owner: Owner, accounts: [String])] = []
        let owners = (0..<5).map { Owner(name: "owner \($0)") }
        for number in 1...3000 {
            switch random.next() % 10 {
            case 0..<6:
                let accounts = ["a", "b", "c"].filter { _ in random.next() % 2 == 0 }
                guard !accounts.isEmpty else { continue }
                let owner = owners[Int(random.next() % 5)]
                let (isWaiting, displaced) = queue.insert(number, of: owner, at: accounts)
                if let displaced { plain.removeAll { $0.number == displaced } }
                if isWaiting { plain.append((number, owner, accounts)) }
            case 6..<8:
                let account = ["a", "b", "c"][Int(random.next() % 3)]
                let first = queue.first(at: account)
                #expect((first == nil) == !plain.contains { $0.accounts.contains(account) })
                guard let first, let owner = plain.first(where: { $0.number == first })?.owner else { continue }
                #expect(plain.first { $0.owner == owner && $0.accounts.contains(account) }?.number == first, "seed \(seed)")
                queue.admit(first, at: account)
                plain.removeAll { $0.number == first }
            default:
                guard let gone = plain.randomElement(using: &random)?.number else { continue }
                queue.remove(gone)
                plain.removeAll { $0.number == gone }
            }
            for account in ["a", "b", "c"] {
                #expect(queue.count(at: account) == plain.count { $0.accounts.contains(account) }, "seed \(seed)")
            }
        }
        #expect(queue.isEmpty == plain.isEmpty)
    }

    /// The owners of one line in turn: the caller may be unable to admit the first one.
    @Test func `the oldest creates of all owners can be seen in the order of their turns`() {
        var queue = AdmissionQueue(capacity: 10)
        _ = queue.insert(1, of: alice, at: ["a"])
        _ = queue.insert(2, of: bob, at: ["a"])
        _ = queue.insert(3, of: alice, at: ["a"])
        _ = queue.insert(4, of: carol, at: ["a"])
        queue.remove(2)
        #expect((0..<4).map { queue.first(at: "a", turnsLater: $0) } == [1, 4, nil, nil])
    }

    /// SplitMix64.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
            return mixed ^ mixed >> 31
        }
    }
}
