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
    func `OpenAI's paths lead where they should`(_ method: String, _ path: String, _ action: Route.Action?) {
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

    @Test func `a dialect is called by one name`() {
        #expect(Dialects.all.map(\.name) == ["openai", "siraya", "siray", "imagerouter", "ltx", "aimlapi"])
    }
}
