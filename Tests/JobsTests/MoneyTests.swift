import Jobs
import Testing

struct MoneyTests {
    @Test(arguments: [
        (0, "0.00"), (840_000, "0.84"), (7_500, "0.0075"), (1, "0.000001"), (12_000_000, "12.00"), (1_230_000, "1.23"), (-50_000, "-0.05"),
        (-1_500_001, "-1.500001"),
    ])
    func `an amount has at least two decimals and no zeros after them`(micros: Int64, text: String) {
        #expect(Money(micros: micros).description == text)
    }

    @Test func `the smallest amount has a text`() {
        #expect(Money(micros: .min).description == "-9223372036854.775808")
    }

    @Test func `sums and differences saturate in both directions`() {
        let (most, least) = (Money(micros: .max), Money(micros: .min))
        #expect(most + Money(micros: 1) == most)
        #expect(least + Money(micros: -1) == least)
        #expect(least - Money(micros: 1) == least)
        #expect(most - Money(micros: -1) == most)
        #expect(Money(micros: 5) - Money(micros: 7) == Money(micros: -2))
    }

    @Test func `numbers from outside never trap`() {
        #expect(Money(dollars: .infinity) == Money(micros: .max))
        #expect(Money(dollars: -.infinity) == Money(micros: .min))
        #expect(Money(dollars: 1e300) * 2 == Money(micros: .max))
        #expect(Money(dollars: 2.5) * 0.5 == Money(micros: 1_250_000))
    }
}
