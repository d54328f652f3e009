import Catalog
import Jobs
import Testing
import Wire

@testable import Routing

/// From the name in a request to the tries that can serve it.
struct PlannerTests {
    private static let files = [
        (
            "alpha",
            #"{"vendor": "alpha", "models": {"one": {"seconds": 5, "aliases": ["uno"]}, "two": {"seconds": 5}, "#
                + #""alpha-ai/deep/model": {"seconds": 5}}}"#
        ),
        (
            "beta",
            #"{"vendor": "beta", "models": {"one": {"seconds": 5}, "three": {"seconds": 5}, "#
                + #""kling-3.0": {"seconds": 5, "retires": "2026-11-17"}}}"#
        ),
        ("test", #"{"vendor": "test", "models": {"card": {"seconds": 5}, "fail": {"seconds": 5}}}"#),
    ].map { CatalogFile(name: $0.0, text: Bytes($0.1.utf8)[...]) }

    private static let card = Planner.Account(name: "test", vendor: "test")

    private static func planner(_ accounts: [Planner.Account], aliases: [(name: String, targets: [Planner.Target])] = []) throws -> Planner
    {
        Planner(accounts: accounts + [card], aliases: aliases, catalog: try Catalog(files: files))
    }

    /// Tries as `account:vendor/model`, or the fault's kind.
    private static func tries(_ planner: Planner, _ name: String) -> [String] {
        do throws(Fault) {
            return try planner.plan(for: name).tries.map { "\($0.account):\($0.model.fullName)" }
        } catch {
            return [error.kind.rawValue]
        }
    }

    @Test(arguments: [
        ("a1/one", ["a1:alpha/one"]), ("a2/one", ["a2:alpha/one"]), ("alpha/one", ["a1:alpha/one", "a2:alpha/one"]),
        ("alpha/uno", ["a1:alpha/one", "a2:alpha/one"]),
        ("beta/one", ["beta:beta/one"]), ("two", ["a1:alpha/two", "a2:alpha/two"]), ("three", ["beta:beta/three"]),
        ("alpha-ai/deep/model", ["a1:alpha/alpha-ai/deep/model", "a2:alpha/alpha-ai/deep/model"]),
        ("a1/alpha-ai/deep/model", ["a1:alpha/alpha-ai/deep/model"]),
        ("test/card", ["test:test/card"]), ("card", ["unknownModel"]), ("a1/three", ["unknownModel"]), ("gamma/one", ["unknownModel"]),
        ("", ["unknownModel"]),
        ("/", ["unknownModel"]), ("a1/", ["unknownModel"]), ("ALPHA/ONE", ["unknownModel"]),
    ])
    func `a name is an account's, a vendor's, or bare`(name: String, tries: [String]) throws {
        let accounts = [
            Planner.Account(name: "a1", vendor: "alpha"), Planner.Account(name: "a2", vendor: "alpha"),
            Planner.Account(name: "beta", vendor: "beta"),
        ]
        #expect(Self.tries(try Self.planner(accounts), name) == tries)
    }

    @Test func `an account's name goes before a vendor's`() throws {
        let accounts = [Planner.Account(name: "beta", vendor: "alpha"), Planner.Account(name: "b", vendor: "beta")]
        #expect(Self.tries(try Self.planner(accounts), "beta/one") == ["beta:alpha/one"])
        #expect(Self.tries(try Self.planner(accounts), "beta/three") == ["b:beta/three"])
    }

    @Test func `accounts serve only their permitted models`() throws {
        let accounts = [
            Planner.Account(name: "a1", vendor: "alpha", models: ["two"]), Planner.Account(name: "a2", vendor: "alpha", models: ["o*"]),
        ]
        let planner = try Self.planner(accounts)
        #expect(Self.tries(planner, "alpha/one") == ["a2:alpha/one"])
        #expect(Self.tries(planner, "alpha/uno") == ["a2:alpha/one"])
        #expect(Self.tries(planner, "alpha/two") == ["a1:alpha/two"])
        #expect(Self.tries(planner, "a1/one") == ["unknownModel"])
        #expect(
            planner.availableModels().map { "\($0.account):\($0.model.fullName)" } == [
                "a2:alpha/one", "a1:alpha/two", "test:test/card", "test:test/fail",
            ])
    }

    @Test func `an alias is a row of tries, in order, adapted unless it says strict`() throws {
        let targets = [
            Planner.Target(model: "beta/one"), Planner.Target(model: "gamma/x"),
            Planner.Target(model: "alpha/two", adapt: .strict, continuesAfterFailure: true),
        ]
        let accounts = [Planner.Account(name: "a", vendor: "alpha"), Planner.Account(name: "b", vendor: "beta")]
        let planner = try Self.planner(
            accounts,
            aliases: [("best", targets), ("one", [Planner.Target(model: "alpha/two")]), ("lost", [Planner.Target(model: "gamma/x")])])
        let plan = try planner.plan(for: "best")
        #expect(plan.tries.map(\.account) == ["b", "a"])
        #expect(plan.tries.map(\.adapt) == [.nearest, .strict])
        #expect(plan.tries.map(\.continuesAfterFailure) == [false, true])
        #expect(Self.tries(planner, "one") == ["a:alpha/two"])
        #expect(Self.tries(planner, "lost") == ["unknownModel"])
        #expect(try planner.plan(for: "alpha/one").tries.map(\.adapt) == [.strict])
    }

    @Test func `a retired model is tried last, from its day on`() throws {
        let targets = ["beta/kling-3.0", "alpha/two", "alpha/one"].map { Planner.Target(model: $0) }
        let accounts = [Planner.Account(name: "a", vendor: "alpha"), Planner.Account(name: "b", vendor: "beta")]
        let planner = try Self.planner(accounts, aliases: [("best", targets)])
        func names(_ day: String?) throws -> [String] {
            let now = try day.map { try #require(Timestamp(iso8601: $0 + "T12:00:00Z")) }
            let plan = try planner.plan(for: "best", isRetired: { model in now.map { model.isRetired(at: $0) } ?? false })
            return plan.tries.map(\.model.name)
        }
        #expect(try names(nil) == ["kling-3.0", "two", "one"])
        #expect(try names("2026-11-16") == ["kling-3.0", "two", "one"])
        for day in ["2026-11-17", "2027-01-01"] { #expect(try names(day) == ["two", "one", "kling-3.0"], "\(day)") }
        let own = try planner.plan(for: "beta/kling-3.0", isRetired: { _ in true })
        #expect(own.tries.count == 1, "a model's own name still leads to it")
    }

    @Test(arguments: [
        ("klign-3.0", "kling-3.0"), ("beta/klign-3.0", "beta/kling-3.0"), ("KLING_3.0", "kling-3.0"), ("bst", nil), ("kling-3.1", nil),
        ("my-own-model", nil), ("my-gpu/wan-2.2", nil), ("betta/three", "beta/three"), ("gamma/three", nil), ("two-thousand", nil),
    ])
    func `a simulation refuses a misspelt known name, and accepts any other name`(name: String, meant: String?) throws {
        let planner = try Self.planner([], aliases: [("best", [Planner.Target(model: "beta/one")])])
        do throws(Fault) {
            _ = try planner.plan(for: name)
            #expect(meant == nil, "\(name)")
        } catch {
            #expect(error.kind == .unknownModel)
            #expect(meant.map { error.message.contains("Did you mean '\($0)'?") } == true, "\(error.message)")
        }
    }

    @Test func `a hint names what an account can serve, and nothing else`() throws {
        let aliases = [("veo", [Planner.Target(model: "alpha/two")]), ("mine", [Planner.Target(model: "beta/one")])]
        let planner = try Self.planner([Planner.Account(name: "b", vendor: "beta")], aliases: aliases)
        func message(_ name: String) -> String {
            do throws(Fault) { _ = try planner.plan(for: name) } catch { return error.message }
            return "none"
        }
        #expect(message("klign-3.0").contains("Did you mean 'beta/kling-3.0'?"))
        #expect(message("mien").contains("'mine'") && !message("zzzzzz").contains("veo"))
        #expect(message("zzzzzz").contains("'beta/one'") && !message("zzzzzz").contains("alpha"))
    }

    @Test func `what a try of an alias can ever come to is known before anything is asked`() throws {
        let planner = try Self.planner([Planner.Account(name: "b", vendor: "beta", models: ["one"])])
        let cases: [(String, Planner.Availability)] = [
            ("beta/one", .available), ("b/one", .available), ("one", .available), ("beta/three", .noAccount), ("alpha/two", .noAccount),
            ("beta/thre", .unknownModel(meant: "beta/three")), ("b/klign-3.0", .unknownModel(meant: "b/kling-3.0")),
            ("beta/nothing-like-it", .unknownModel(meant: nil)), ("nobody/nothing", .unknown(meant: nil)),
            ("klign-3.0", .unknown(meant: "kling-3.0")),
        ]
        for (name, expected) in cases { #expect(planner.availability(of: name) == expected, "\(name)") }
    }

    @Test func `accounts of one vendor are drawn by weight`() throws {
        let accounts = [Planner.Account(name: "a1", vendor: "alpha", weight: 3), Planner.Account(name: "a2", vendor: "alpha", weight: 7)]
        var seen: [[Int]] = []
        let plan = try Self.planner(accounts).plan(for: "alpha/one") { weights in
            seen.append(weights)
            return weights.indices.reversed()
        }
        #expect(seen == [[3, 7]])
        #expect(plan.tries.map(\.account) == ["a2", "a1"])
    }

    @Test func `without an account the test card serves everything, within the model's own limits`() throws {
        let planner = try Self.planner([], aliases: [("best", [Planner.Target(model: "beta/one")])])
        #expect(planner.isSimulated)
        #expect(Self.tries(planner, "alpha/two") == ["test:alpha/two"])
        #expect(Self.tries(planner, "uno") == ["test:alpha/one"])
        #expect(Self.tries(planner, "best") == ["test:beta/one"])
        #expect(Self.tries(planner, "test/fail") == ["test:test/fail"])
        let plan = try planner.plan(for: "some/thing-new")
        #expect(plan.tries.map(\.model.acceptsAnything) == [true])
        #expect(plan.tries.map(\.account) == ["test"])
        #expect(try planner.plan(for: "alpha/two").tries.map(\.model.acceptsAnything) == [false])
    }

    @Test func `once an account exists the test card serves its own name only`() throws {
        let planner = try Self.planner([Planner.Account(name: "a", vendor: "alpha")])
        #expect(!planner.isSimulated)
        #expect(Self.tries(planner, "beta/one") == ["unknownModel"])
        #expect(Self.tries(planner, "some/thing-new") == ["unknownModel"])
        #expect(Self.tries(planner, "test/card") == ["test:test/card"])
    }

    @Test func `an unknown name is answered with those near it`() throws {
        let planner = try Self.planner([Planner.Account(name: "a", vendor: "alpha")])
        let fault = #expect(throws: Fault.self) { try planner.plan(for: "beta/one") }
        #expect(fault?.message.contains("'alpha/one'") == true)
        #expect(fault?.message.contains("'alpha/two'") == false)
        #expect(fault?.param == "model")
        let far = #expect(throws: Fault.self) { try planner.plan(for: String(repeating: "z", count: 5000)) }
        #expect((far?.message.count ?? 9999) < 1000)
    }
}
