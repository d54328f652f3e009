import Jobs
import Testing
import Wire

@testable import Dialects

/// The video object against the published schema (github.com/openai/openai-openapi at f85dbe2): its required members and words.
struct VideoObjectTests {
    private static let required = [
        "id", "object", "model", "status", "progress", "created_at", "completed_at", "expires_at", "prompt", "size", "seconds",
        "remixed_from_video_id", "error",
    ]

    /// Every state, with everything known and with nothing known.
    private static let views: [JobView] = {
        let states: [Progress] = [
            .queued, .running(percent: nil), .running(percent: 250), .unknown("PENDING"), .done([]),
            .failed(Fault(.vendorFailed, "It failed.")), .failed(Fault(.vendorExpired, "Too late.")),
            .failed(Fault(.moderated, "Blocked.", code: "content_policy_violation")),
        ]
        return states.flatMap { state in
            [true, false].map { isFull in
                var view = JobView(
                    id: "video_1", operation: .generate, progress: state, percent: isFull ? 250 : -1,
                    created: Timestamp(unix: 1_772_093_692), model: "sora-2")
                guard isFull else { return view }
                view.completed = Timestamp(unix: 1_772_093_752)
                view.expires = Timestamp(unix: 1_772_097_352)
                view.prompt = "a \"quoted\" cat\n"
                view.seconds = 8
                view.size = "720x1280"
                view.previous = "video_0"
                view.links = ["https://genlock.example/c/1.mp4"]
                view.warnings = [Warning(param: "user", message: "Not used.", adapted: nil)]
                view.pollAfter = .seconds(2)
                return view
            }
        }
    }()

    @Test(arguments: views.indices) func `every object has the thirteen members in their types`(_ place: Int) throws {
        let view = Self.views[place]
        for answer in [CommandResult.status(view), .created(view, CreateCommand(job: Job(model: "m"))), .cancelled(view)] {
            let response = OpenAI().render(answer)
            #expect(response.status == 200)
            #expect(response.headers[.contentType] == "application/json")
            try check(try JSON(parsing: response.body.joined()))
            let poll = response.headers["openai-poll-after-ms"]
            #expect((poll == nil) == view.progress.isFinal)
            if let poll { #expect((1000...8000).contains(Int(poll) ?? 0)) }
        }
    }

    @Test func `a list holds the same objects`() throws {
        let response = OpenAI().render(.list(Self.views, hasMore: true))
        let json = try JSON(parsing: response.body.joined())
        #expect(json["object"]?.string == "list")
        #expect(json["has_more"]?.bool == true)
        #expect(json["first_id"]?.string == "video_1")
        #expect(json["last_id"]?.string == "video_1")
        #expect(json["data"]?.count == Self.views.count)
        for object in json["data"]?.elements ?? [] { try check(object) }
    }

    private func check(_ json: JSON) throws {
        #expect(Array(json.members.map(\.name).prefix(13)) == Self.required)
        #expect(json.members.dropFirst(13).allSatisfy { ["url", "warnings"].contains($0.name) })
        #expect(json["object"]?.string == "video")
        let status = try #require(json["status"]?.string)
        #expect(["queued", "in_progress", "completed", "failed"].contains(status))
        let progress = try #require(json["progress"]?.int)
        #expect((0...100).contains(progress))
        #expect((progress == 100) == (status == "completed"))
        #expect(json["created_at"]?.int == 1_772_093_692)
        for name in ["id", "model", "size", "seconds"] { #expect(json[name]?.string?.isEmpty == false) }
        for name in ["completed_at", "expires_at"] { #expect(json[name]?.isNull == true || json[name]?.int != nil) }
        for name in ["prompt", "remixed_from_video_id"] { #expect(json[name]?.isNull == true || json[name]?.string != nil) }
        let error = try #require(json["error"])
        #expect(error.isNull == (status != "failed"))
        if !error.isNull {
            #expect(error.members.map(\.name) == ["code", "message"])
            #expect(error["code"]?.string?.isEmpty == false)
            #expect(error["message"]?.string?.isEmpty == false)
        }
        #expect((json["url"] == nil) || status == "completed")
    }
}
