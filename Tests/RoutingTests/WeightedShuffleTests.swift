import Testing

@testable import Routing

struct WeightedShuffleTests {
    /// A small linear congruential generator: the same numbers in every run.
    private struct Dice {
        var state: UInt64
        mutating func roll() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 11) / Double(1 << 53)
        }
    }

    @Test func `every account has one place`() {
        var dice = Dice(state: 7)
        for count in 0..<20 {
            let order = WeightedShuffle.order((0..<count).map { $0 % 4 }) { dice.roll() }
            #expect(order.sorted() == Array(0..<count))
        }
    }

    @Test func `the first place falls in proportion to the weights`() {
        var dice = Dice(state: 42)
        var firsts = [0, 0, 0]
        for _ in 0..<20_000 { firsts[WeightedShuffle.order([1, 2, 5]) { dice.roll() }[0]] += 1 }
        for (count, share) in zip(firsts, [0.125, 0.25, 0.625]) {
            #expect(abs(Double(count) / 20_000 - share) < 0.02, "seed 42: \(firsts)")
        }
    }

    @Test(arguments: [0.0, 0.5, 0.999_999_999])
    func `numbers at the edges are no trouble, weights below one count as one`(number: Double) {
        #expect(WeightedShuffle.order([0, -3, 1]) { number }.sorted() == [0, 1, 2])
        #expect(WeightedShuffle.order([]) { number }.isEmpty)
    }

    @Test(arguments: [
        ("*", true), ("veo-*", true), ("veo-3.1", true), ("veo-3", false), ("Veo-*", false), ("", false), ("veo-3.1*", true),
        ("*3.1", false),
    ])
    func `patterns end in a wildcard or mean one name`(pattern: String, matches: Bool) {
        #expect(Pattern.any([pattern], match: "veo-3.1") == matches)
    }
}
