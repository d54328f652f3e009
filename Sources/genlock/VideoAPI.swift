import Client
import Net
import Wire

/// A Genlock server as any client sees it: the public HTTP API under `/v1/videos`.
struct VideoAPI {
    /// Scheme, host and port, perhaps a path; without `/v1`.
    let base: String
    private let key: String?
    private let client: Client

    /// What every answer to a status question says.
    struct Video {
        var id: String
        var status: String
        var percent: Int
        /// The model that was asked for.
        var model: String
        var errorCode: String?
        var errorMessage: String?
        /// How long to wait before the next question.
        var pollDelay: Duration
        /// What the server did differently, and who plays, told in headers of the create's answer.
        var notes: [String]
        var json: JSON

        var isFinal: Bool { status == "completed" || status == "failed" }
    }

    private static let maxResponseBytes = 4 << 20

    init(url: String, key: String?, client: Client) throws(CLIError) {
        var base = url[...]
        while base.hasSuffix("/") { base = base.dropLast() }
        if base.hasSuffix("/v1") { base = base.dropLast(3) }
        guard URLText(String(base)) != nil else { throw CLIError(.badInput, "\"\(url)\" is no address like http://127.0.0.1:8080") }
        self.base = String(base)
        self.key = key
        self.client = client
    }

    /// Whether the server takes requests.
    func checkReady() async throws(CLIError) {
        let response = try await send(.get, "/readyz")
        guard response.status == 200 else { throw CLIError(.unreachable, "\(base) is not ready (HTTP \(response.status))") }
        response.close()
    }

    func create(_ body: JSONValue) async throws(CLIError) -> Video { try video(try await call(.post, "/v1/videos", body: body)) }

    func fetchStatus(_ id: String) async throws(CLIError) -> Video { try video(try await call(.get, "/v1/videos/" + Percent.encoded(id))) }

    /// The key's jobs that are wanted, newest first, through all pages.
    func fetchJobs(atMost limit: Int, where isWanted: (Video) -> Bool) async throws(CLIError) -> [Video] {
        var found: [Video] = []
        var after = ""
        while found.count < limit {
            let (headers, page) = try await call(.get, "/v1/videos?limit=100" + after)
            for json in page["data"]?.elements ?? [] {
                let video = try video((headers, json))
                if isWanted(video) { found.append(video) }
            }
            guard page["has_more"]?.bool == true, let last = page["last_id"]?.string else { break }
            after = "&after=" + Percent.encoded(last)
        }
        return Array(found.prefix(limit))
    }

    /// The clip's bytes, piece by piece, and how many there will be where the server knows.
    func fetchContent(_ id: String) async throws(CLIError) -> (pieces: ClientResponse, count: Int?) {
        let response = try await send(.get, "/v1/videos/\(Percent.encoded(id))/content")
        guard response.status == 200 else { throw try await readError(from: response) }
        return (response, response.headers[.contentLength].flatMap { Int($0) })
    }

    private func call(_ method: Method, _ path: String, body: JSONValue? = nil) async throws(CLIError) -> (Headers, JSON) {
        let response = try await send(method, path, body: body)
        guard response.status == 200 else { throw try await readError(from: response) }
        guard let json = try? JSON(parsing: try await readBody(of: response)) else {
            throw CLIError(.unreachable, "\(base) does not answer like Genlock: not JSON")
        }
        return (response.headers, json)
    }

    private func send(_ method: Method, _ path: String, body: JSONValue? = nil) async throws(CLIError) -> ClientResponse {
        var request = ClientRequest(method, base + path)
        if let key { request.headers.set(.authorization, "Bearer " + key) }
        if let body {
            request.headers.set(.contentType, "application/json")
            request.body = body.encoded()
        }
        do throws(ClientError) { return try await client.send(request) } catch {
            let doubt = error.neverArrived || method == .get ? "" : "; it may have taken the job all the same"
            throw CLIError(.unreachable, "\(base) cannot be reached: \(error.detail)\(doubt)")
        }
    }

    private func readBody(of response: ClientResponse) async throws(CLIError) -> Slice {
        do throws(ClientError) { return try await response.collect(atMost: VideoAPI.maxResponseBytes) } catch {
            throw CLIError(.unreachable, "the answer of \(base) broke off: \(error.detail)")
        }
    }

    /// The server's own sentence, with the ending that its status stands for.
    private func readError(from response: ClientResponse) async throws(CLIError) -> CLIError {
        let error = (try? JSON(parsing: try await readBody(of: response)))?["error"]
        let message = TerminalText.line(error?["message"]?.string ?? "HTTP \(response.status)")
        if VideoAPI.isModerationCode(error?["code"]?.string) { return CLIError(.moderated, message) }
        let isOurs = [400, 401, 403, 404, 405, 409, 410, 413, 415, 422].contains(response.status)
        return CLIError(isOurs ? .badInput : .unreachable, message)
    }

    private func video(_ response: (headers: Headers, json: JSON)) throws(CLIError) -> Video {
        let (headers, json) = response
        guard let id = json["id"]?.string, let status = json["status"]?.string else {
            throw CLIError(.unreachable, "\(base) does not answer like Genlock: no id")
        }
        let milliseconds = headers["openai-poll-after-ms"].flatMap { Int($0) } ?? 2000
        var notes: [String] = []
        if headers["genlock-vendor"] == "test" { notes.append("no vendor account is configured: the test vendor serves this model") }
        if let adapted = headers["genlock-adapted"] { notes.append("adapted: " + adapted) }
        if let cost = headers["genlock-cost"] { notes.append("cost: \(cost)") }
        return Video(
            id: id, status: status, percent: json["progress"]?.int ?? 0, model: json["model"]?.string ?? "",
            errorCode: json["error"]?["code"]?.string, errorMessage: json["error"]?["message"]?.string.map(TerminalText.line),
            pollDelay: .milliseconds(min(max(milliseconds, 100), 60_000)), notes: notes, json: json)
    }

    /// Whether a code stands for content that somebody's rules forbid.
    static func isModerationCode(_ code: String?) -> Bool {
        guard let code else { return false }
        return ["moderation", "content_policy", "safety"].contains { code.contains($0) }
    }
}
