import Jobs
import Testing
import Wire

struct ModelTests {
    @Test func `the longest length is known where there is a limit`() {
        #expect(Model.Durations.list([8, 4], automatic: true).maxSeconds == 8)
        #expect(Model.Durations.range(3...15, step: 1, automatic: false).maxSeconds == 15)
        #expect(Model.Durations.fixed(6).maxSeconds == 6)
        for durations in [Model.Durations.any, .source, .automatic] { #expect(durations.maxSeconds == nil) }
    }

    @Test func `a video may have only a length that the model makes`() {
        #expect(Model.Durations.list([4, 8], automatic: true).mayEqual(8))
        #expect(!Model.Durations.list([4, 8], automatic: true).mayEqual(6))
        #expect(!Model.Durations.range(3...15, step: 1, automatic: false).mayEqual(16))
        #expect(!Model.Durations.fixed(6).mayEqual(5))
        #expect(Model.Durations.source.mayEqual(5))
    }

    @Test func `a model is retired from the first second of its day`() throws {
        var model = Model(vendor: "v", name: "m", upstream: "m", title: "M")
        let day = Timestamp(unix: 1_767_225_600)  // 2026-01-01T00:00:00Z
        #expect(!model.isRetired(at: day))
        model = model.changed { $0.retiresOn = "2026-01-01" }
        #expect(model.isRetired(at: day))
        #expect(!model.isRetired(at: Timestamp(unix: day.unix - 1)))
    }

    @Test func `a price per second is shown before others`() {
        let price = Model.Price([.init(Money(dollars: 0.05), per: .clip), .init(Money(dollars: 0.025), per: .second)])
        #expect(price.unit == .second)
        #expect(price.amount == Money(dollars: 0.025))
    }

    @Test func `a second of the default video costs its share of every charge`() throws {
        var model = Model(vendor: "v", name: "m", upstream: "m", title: "M")
        let price = Model.Price([.init(Money(dollars: 0.5), per: .clip), .init(Money(dollars: 0.1), per: .second)])
        #expect(price.typicalSecond(of: model) == nil)
        model = model.changed { $0.defaults.seconds = 5 }
        #expect(abs(try #require(price.typicalSecond(of: model)) - 0.2) < 1e-9)
        let tokens = Model.Price(Money(dollars: 1.024), per: .millionTokens)
        #expect(tokens.typicalSecond(of: model) == nil)
        model = model.changed {
            $0.defaults.frameFormat.size = Size(width: 1000, height: 500)
            $0.framesPerSecond = [20]
        }
        #expect(abs(try #require(tokens.typicalSecond(of: model)) - 0.01) < 1e-9)
    }
}
