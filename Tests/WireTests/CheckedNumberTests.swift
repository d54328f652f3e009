import Testing
import Wire

struct CheckedNumberTests {
    private static let hostile: [Double] = [
        .infinity, -.infinity, .nan, .signalingNaN, 1e300, -1e300, 1e-300, -0.0, 0, 0x1p63, -0x1p63, 0x1p64, 9.3e12, 1.7e20, -1, .ulpOfOne,
        .greatestFiniteMagnitude, .leastNonzeroMagnitude,
    ]

    @Test(arguments: hostile) func `no conversion traps`(_ value: Double) {
        _ = Number.rounded(value)
        _ = Number.truncated(value)
        _ = Number.saturated(value)
        for whole in [100, 1, 0, -1, .nan, .infinity] where Number.percent(value, of: whole) != nil {
            #expect((0...100).contains(Number.percent(value, of: whole) ?? -1), "\(value) of \(whole)")
        }
        if let span = Number.duration(seconds: value) { #expect(span >= .zero && span + span <= .seconds(200 * 366 * 86_400)) }
    }

    @Test func `what fits is exact, what does not is nil or the end`() {
        #expect(Number.rounded(2.5) == 3 && Number.rounded(-2.5) == -3 && Number.rounded(0x1p63) == nil && Number.rounded(-0x1p63) == .min)
        #expect(Number.truncated(2.9) == 2 && Number.truncated(-2.9) == -2 && Number.truncated(.nan) == nil)
        #expect(Number.saturated(1e300) == .max && Number.saturated(-1e300) == .min && Number.saturated(.nan) == 0)
        #expect(Number.duration(seconds: 1.5) == .milliseconds(1500) && Number.duration(seconds: -0.0) == .zero)
        #expect(Number.duration(seconds: -1) == nil && Number.duration(seconds: .nan) == nil && Number.duration(seconds: 1e10) == nil)
        #expect(Number.duration(seconds: Number.maxSeconds) != nil && Number.duration(seconds: Number.maxSeconds + 1) == nil)
        #expect(Int.max.addingSaturated(1) == .max && Int.min.addingSaturated(-1) == .min && 1.addingSaturated(2) == 3)
    }

    @Test func `each hundredth is its own percentage`() {
        for percent in 0...100 { #expect(Number.percent(Double(percent)) == percent) }
        #expect(Number.percent(0.5, of: 1) == 50 && Number.percent(7, of: 1) == 100 && Number.percent(-3) == 0)
    }

    @Test func `a moment at the end of time can be written and moved`() {
        for seconds in [Int64.max, .min, 9_223_372_036_854] {
            let moment = Timestamp(unix: seconds) + .seconds(100 * 366 * 86_400)
            #expect(!moment.iso8601.isEmpty && !moment.httpDate.isEmpty && moment.unixMilliseconds != 0)
            _ = (moment.startOfDay, moment.startOfMonth, moment - Timestamp(unix: 0))
        }
    }
}
