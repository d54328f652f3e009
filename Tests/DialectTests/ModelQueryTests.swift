import Jobs
import Testing
import Wire

@testable import Dialects

/// Which models a list holds, and in which order.
struct ModelQueryTests {
    private static func view(_ vendor: String, _ name: String, price: Double?, seen: String = "2026-01-01") -> ModelView {
        let model = Model(vendor: vendor, name: name, upstream: name, title: name).changed {
            $0.prices = price.map { [Model.Price(Money(dollars: $0), per: .clip)] } ?? []
            $0.verifiedOn = seen
        }
        return ModelView(name: "\(vendor)/\(name)", model: model, isAlias: false, isAvailable: true)
    }

    private static let views = [
        view("b", "two", price: 0.5, seen: "2026-03-01"), view("a", "one", price: nil, seen: "2026-02-01"),
        view("a", "three", price: 0, seen: "2026-01-01"),
    ]

    private static func names(_ text: String) throws -> [String] {
        try ModelQuery.parse(Query(parsing: Bytes(text.utf8)[...])).filtered(from: views).map(\.name)
    }

    @Test func `without a filter all models are listed in their order`() throws {
        #expect(try Self.names("") == ["b/two", "a/one", "a/three"])
        #expect(try Self.names("provider=&name=&sort=&limit=&free=&type=") == ["b/two", "a/one", "a/three"])
    }

    @Test(arguments: [
        ("sort=name", ["a/one", "a/three", "b/two"]), ("sort=provider", ["a/one", "a/three", "b/two"]),
        ("sort=price", ["a/three", "b/two", "a/one"]), ("sort=date", ["b/two", "a/one", "a/three"]),
        ("sort=name&limit=1", ["a/one"]), ("provider=a", ["a/one", "a/three"]), ("name=tw", ["b/two"]), ("free=true", ["a/three"]),
        ("free=0", ["b/two", "a/one"]), ("type=video&limit=2", ["b/two", "a/one"]), ("type=image", []),
    ])
    func `filters apply`(query: String, names: [String]) throws {
        #expect(try Self.names(query) == names)
    }

    @Test(arguments: [("sort=size", "sort"), ("limit=0", "limit"), ("limit=1001", "limit"), ("limit=x", "limit"), ("free=maybe", "free")])
    func `an unknown filter is refused by its name`(query: String, param: String) {
        #expect { try Self.names(query) } throws: { ($0 as? Fault)?.param == param && ($0 as? Fault)?.kind == .invalid }
    }

    @Test func `an answer that is known is not sent again`() {
        let answer = Response(json: ["a": 1])
        let first = answer.withEntityTag(knownAs: nil)
        let tag = first.headers[.etag] ?? ""
        #expect(first.status == 200 && tag.hasPrefix("W/\""))
        for known in [tag, "\"x\", " + tag, String(tag.dropFirst(2)), "*"] {
            let again = answer.withEntityTag(knownAs: known)
            #expect(again.status == 304 && again.body.isEmpty && again.headers[.etag] == tag)
        }
        #expect(answer.withEntityTag(knownAs: "W/\"0\"").status == 200)
        #expect(Response(json: ["a": 2]).withEntityTag(knownAs: tag).status == 200)
    }

    @Test func `a list promises no longer prompt than each mode takes`() {
        var view = Self.view("a", "modes", price: nil)
        let text = view.model.changed { $0.maxPromptLength = 3072 }
        let image = view.model.changed {
            $0.maxPromptLength = 2500
            $0.modes = [.image]
            $0.requiresPrompt = false
        }
        view.model = view.model.changed {
            $0.modes = [.text, .image]
            $0.maxPromptLength = 3072
            $0.variants = [text, image]
        }
        let entry = view.detailedJSON
        #expect(entry["max_prompt_characters"]?.text == "2500")
        #expect(entry["max_prompt_characters_by_mode"]?.text == #"{"text":3072,"image":2500}"#)
        #expect(entry["prompt_required_modes"]?.text == #"["text"]"#)
    }
}
