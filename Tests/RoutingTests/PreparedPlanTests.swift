import Catalog
import Jobs
import Testing
import Wire

@testable import Routing

/// Plans are prepared once for each name; what may differ from request to request is decided for each of them.
struct PreparedPlanTests {
    private static func planner(_ accounts: [Planner.Account], aliases: [(name: String, targets: [Planner.Target])] = []) throws -> Planner
    {
        let text = #"{"vendor": "v", "models": {"old": {"retires": "2026-11-17"}, "new": {}}}"#
        return Planner(
            accounts: accounts, aliases: aliases, catalog: try Catalog(files: [CatalogFile(name: "v", text: Bytes(text.utf8)[...])]))
    }

    private static let pair = [Planner.Account(name: "a", vendor: "v", weight: 3), Planner.Account(name: "b", vendor: "v")]

    @Test func `requests for a name share its tries`() throws {
        let planner = try Self.planner([Planner.Account(name: "a", vendor: "v")])
        let (first, second) = (try planner.plan(for: "v/new"), try planner.plan(for: "v/new"))
        #expect(first.tries.count == 1 && first.tries[0] === second.tries[0])
        #expect(planner.preparedCount == 1)
    }

    @Test func `accounts that share a load are ordered for each request`() throws {
        let planner = try Self.planner(Self.pair)
        var weights: [[Int]] = []
        let orders = [[0, 1], [1, 0], [0, 1]]
        let firsts = try orders.map { order in
            try planner.plan(
                for: "v/new",
                order: {
                    weights.append($0)
                    return order
                }
            ).tries.map(\.account)
        }
        #expect(firsts == [["a", "b"], ["b", "a"], ["a", "b"]])
        #expect(weights == [[3, 1], [3, 1], [3, 1]])
    }

    @Test func `which models are retired is decided for each request`() throws {
        let alias = (name: "best", targets: [Planner.Target(model: "v/old"), Planner.Target(model: "v/new")])
        let planner = try Self.planner([Planner.Account(name: "a", vendor: "v")], aliases: [alias])
        let before = try planner.plan(for: "best").tries.map(\.model.name)
        let after = try planner.plan(for: "best", isRetired: { $0.retiresOn != nil }).tries.map(\.model.name)
        #expect(before == ["old", "new"] && after == ["new", "old"])
        #expect(try planner.plan(for: "best").tries.map(\.model.name) == before)
    }

    @Test func `another configuration has plans of its own`() throws {
        for account in ["a", "b"] {
            for model in ["old", "new"] {
                let planner = try Self.planner(
                    [Planner.Account(name: account, vendor: "v")], aliases: [("best", [Planner.Target(model: "v/" + model)])])
                for _ in 0..<2 { #expect(try planner.plan(for: "best").tries.map { [$0.account, $0.model.name] } == [[account, model]]) }
            }
        }
    }

    @Test func `names that clients choose do not fill the memory`() throws {
        let planner = try Self.planner([])
        for number in 0..<(3 * Planner.maxPrepared) { _ = try planner.plan(for: "a model of their own, number \(number)") }
        #expect(planner.preparedCount > 0 && planner.preparedCount <= Planner.maxPrepared)
    }

    @Test func `an unknown name is not kept`() throws {
        let planner = try Self.planner(Self.pair)
        for _ in 0..<2 { #expect(throws: Fault.self) { try planner.plan(for: "v/none") } }
        #expect(planner.preparedCount == 0)
    }
}
