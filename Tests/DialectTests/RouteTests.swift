import Jobs
import Testing
import Wire

@testable import Dialects

struct RouteTests {
    @Test(
        arguments: [
            ("POST", "/v1/videos", .create), ("POST", "/videos", .create), ("POST", "/openai/v1/videos", .create),
            ("POST", "/openai/videos", .create),
            ("POST", "/v1/videos/", .create), ("GET", "/v1/videos", .list), ("POST", "/v1/videos/edits", .edit),
            ("POST", "/v1/videos/extensions", .extend), ("POST", "/v1/videos/characters", .character),
            ("GET", "/v1/videos/characters/char_1", .character), ("GET", "/v1/videos/video_1", .status),
            ("HEAD", "/v1/videos/video_1/content", .content), ("DELETE", "/v1/videos/video_1", .delete),
            ("POST", "/v1/videos/video_1/remix", .remix), ("GET", "/openai/models", .models), ("GET", "/v1/models/fal/veo-3.1", .model),
            ("GET", "/v1/videos/video_1/remix", nil), ("PUT", "/v1/videos", nil), ("GET", "/v1", nil), ("GET", "/v1//videos/video_1", nil),
        ] as [(String, String, Route.Action?)])
    func `OpenAI's paths lead where they should`(method: String, path: String, action: Route.Action?) {
        #expect(OpenAI().match(Request(method: Method(method), path: path))?.action == action)
    }

    @Test(arguments: Dialects.all.map(\.name)) func `no two routes of a dialect have the same method and path`(_ name: String) throws {
        let dialect = try #require(Dialects.all.first { $0.name == name })
        let claims = dialect.routes.map { $0.method.text + " " + $0.pattern }
        #expect(Set(claims).count == claims.count)
    }

    /// The gateway asks the sealed id which of the dialects on a path is meant, so they must call what stands there by the same name.
    @Test func `dialects that share a path share the names in it`() {
        var names: [String: Set<String>] = [:]
        for route in Dialects.all.flatMap(\.routes) {
            let segments = route.pattern.split(separator: "/", omittingEmptySubsequences: false)
            let form = route.method.text + " " + segments.map { $0.hasPrefix("{") ? "*" : String($0) }.joined(separator: "/")
            names[form, default: []].insert(route.pattern)
        }
        for (form, patterns) in names { #expect(patterns.count == 1, "\(form): \(patterns)") }
    }

    private static let table = RouteTable(
        dialects: Dialects.all, standard: OpenAI(), mounts: [("/ltx", LTX()), ("/openai", OpenAI())])

    @Test(arguments: [
        ("GET", "/v1/videos/video_1", "id", "video_1"), ("GET", "/v1/videos/a%20b%2Fc", "id", "a b/c"),
        ("GET", "/v1/videos/100%", "id", "100%"), ("GET", "/v1/videos/%FF", "id", "\u{FFFD}"),
        ("GET", "/v1/videos/caf\u{E9}", "id", "caf\u{E9}"),
        ("DELETE", "/v1/videos/" + String(repeating: "x", count: 190), "id", String(repeating: "x", count: 190)),
        ("GET", "/v1/models/fal/veo-3.1/", "model", "fal/veo-3.1/"), ("GET", "/ltx/v2/text-to-video/j%31", "id", "j1"),
        ("GET", "/v1/videos/edits/content", "id", "edits"),
    ])
    func `captured segments are decoded, at any length`(method: String, path: String, name: String, value: String) {
        guard case .entries(let entries, let captures) = Self.table.find(Method(method), path) else {
            Issue.record("nothing at \(path)")
            return
        }
        #expect(captures[name] == value && captures["other"] == nil)
        #expect(entries[0].names == [name] && entries[0].isMounted == path.hasPrefix("/ltx"))
    }

    @Test func `the default dialect's entry stands first, and names those who refuse a method`() {
        guard case .entries(let entries, _) = Self.table.find("GET", "/v1/videos/video_1") else {
            Issue.record("no entries")
            return
        }
        #expect(entries.map(\.dialect.name) == ["openai", "siraya"])
        guard case .wrongMethod(let dialect, let allowed) = Self.table.find("PUT", "/v1/videos/video_1") else {
            Issue.record("a method that no route has was found")
            return
        }
        #expect(dialect.name == "openai" && allowed == ["DELETE", "GET"])
        guard case .nothing(let mounted) = Self.table.find("GET", "/ltx/v9") else {
            Issue.record("a path that no route has was found")
            return
        }
        #expect(mounted.name == "ltx")
    }

    /// A fixed path that lacks the method must not hide a capture that has it.
    @Test func `the search goes back to a capture that has the method`() {
        guard case .entries(let entries, let captures) = Self.table.find("DELETE", "/v1/videos/edits") else {
            Issue.record("no entries")
            return
        }
        #expect(entries.map(\.route.action) == [.delete] && captures["id"] == "edits")
    }

    @Test func `a dialect is called by one name`() {
        #expect(Dialects.all.map(\.name) == ["openai", "siraya", "siray", "imagerouter", "ltx", "aimlapi"])
    }
}
