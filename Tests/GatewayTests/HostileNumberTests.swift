import Crypto
import Fuzzing
import Jobs
import Net
import Server
import Testing
import Vendors
import Wire

@testable import Dialects
@testable import Gateway
@testable import Upstream

/// Numbers on which a conversion may trap, as values of every parameter of every route.
struct HostileNumberTests {
    @Test(arguments: Dialects.all.map(\.name)) func `no number in a query ends the process`(name: String) async throws {
        let router = try await TestHarness.startRouter([])
        let dialect = try #require(Dialects.all.first { $0.name == name })
        let mount = name == OpenAI().name ? "" : "/" + name
        var paths = dialect.routes.filter { $0.method == .get }.map { mount + $0.pattern.replacing("{id}", with: "video_x") }
        if mount.isEmpty { paths += ["/files/x.mp4"] }
        for path in Set(paths) {
            // What asks about one job takes `wait`; lists take a limit.
            let query = path.contains("video_x") || path.contains("generation") ? "generation_id=video_x&wait" : "expires=1&limit"
            let requests = HostileNumbers.texts.map { text in
                "GET \(path)?\(query)=\(Percent.encoded(text)) HTTP/1.1\r\nHost: localhost\r\n\r\n"
            }
            let statuses = try await TestHarness.statuses(of: requests, at: router)
            #expect(statuses.count == requests.count, "\(path)?\(query)=…: \(statuses)")
            #expect(!statuses.contains(500), "\(path)?\(query)=…: \(statuses)")
        }
    }

    @Test(arguments: ["nan", "inf", "-1", "1e300", "61", "1e999", "9223372036854775808"])
    func `a wait that is not a number of seconds within the bound is refused`(text: String) async throws {
        let router = try await TestHarness.startRouter([])
        let request = "GET /v1/videos/video_x?wait=\(text) HTTP/1.1\r\nHost: localhost\r\n\r\n"
        #expect(try await TestHarness.statuses(of: [request], at: router) == [400])
    }

    @Test(
        arguments: [
            (-1, nil, false), (-1, 1_000_000, false), (0, nil, true), (1_000_000, 0, true), (1_000_001, 0, false),
            (10_000_000, 1_000_000, true),
            (10_000_001, 1_000_000, false), (1_000_000_000, nil, true), (1_000_000_001, nil, false), (.max, .max, true), (.max, nil, false),
        ] as [(Int64, Int64?, Bool)])
    func `a price that a vendor reports is believed within bounds`(reported: Int64, reserved: Int64?, isPlausible: Bool) {
        #expect(ReportedCost.isPlausible(Money(micros: reported), reserved: reserved.map(Money.init(micros:))) == isPlausible)
    }

    @Test(arguments: ["1e300", "-1e300", "9.3e12", "-5", "0.5"])
    func `a create survives the price that its vendor reports`(cost: String) async throws {
        let base = try await TestHarness.startVendor(CallLog()) { exchange in
            let text = #"{"id":"x","status":"queued","usage":{"cost":"# + cost + "}}"
            try await exchange.answer(Response(status: 200, body: Pieces(text)))
        }
        let vendor = try #require(Vendors.Registry.vendors.first { $0.card.name == "openrouter" })
        let account = Account(name: "or", vendor: vendor, baseURL: base, secrets: ["api_key": Secret("sk-vendor")])
        let router = try await TestHarness.startRouter([account])
        let body = #"{"model": "or/google/veo-3.1", "prompt": "x", "seconds": "8"}"#
        let answer = try await TestHarness.sendAndReadOnce(
            to: router,
            "POST /v1/videos HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n" + body)
        #expect(answer.hasPrefix("HTTP/1.1 200"), "\(answer)")
        let costField = answer.split(separator: "\r\n").first { $0.lowercased().hasPrefix("genlock-cost: ") } ?? ""
        #expect(costField.contains("0.50 USD") == (cost == "0.5"), "\(costField)")
        #expect(!costField.dropFirst("genlock-cost".count).contains("-"), "\(costField)")
    }
}
