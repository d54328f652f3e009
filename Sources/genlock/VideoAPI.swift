import Client
import Net
import Wire

/// A client of a Genlock server: the public HTTP API under `/v1/videos`.
struct VideoAPI {
    /// Scheme, host, port and optionally a path; without `/v1`.
    let base: String
    private let key: String?
    private let client: Client

    /// The content of a status response.
    struct Video {
        var id: String
        var status: String
        var percent: Int
        /// The requested model.
        var model: String
        var errorCode: String?
        var errorMessage: String?
        /// How long to wait before the next status request.
        var pollDelay: Duration
        /// Adaptations and the test vendor, from headers of the create response.
        var notes: [String]
        var json: JSON

        var isFinal: Bool { status == "completed" || status == "failed" }
    }

    private static let maxResponseBytes = 4 << 20

    init(url: String, key: String?, client: Client) throws(CLIError) {
        var base = url[...]
        while base.hasSuffix("/") { base = base.dropLast() }
        if base.hasSuffix("/v1") { base = base.dropLast(3) }
        guard URLText(String(base)) != nil else { throw CLIError(.badInput, "\"\(url)\" is not a URL like http://127.0.0.1:8080") }
        self.base = String(base)
        self.key = key
        self.client = client
    }

    /// Checks that the server accepts requests.
    func checkReady() async throws(CLIError) {
        let response = try await send(.get, "/readyz")
        guard response.status == 200 else { throw CLIError(.unreachable, "\(base) is not ready (HTTP \(response.status))") }
        response.close()
    }

    func create(_ body: JSONValue) async throws(CLIError) -> Video { try video(try await call(.post, "/v1/videos", body: body)) }

    func fetchStatus(_ id: String) async throws(CLIError) -> Video { try video(try await call(.get, "/v1/videos/" + Percent.encoded(id))) }

    /// The jobs of the key for which `isWanted` returns true, newest first, over all pages.
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

    /// The webhook endpoints that the key has registered, over all pages.
    func fetchWebhookEndpoints() async throws(CLIError) -> [JSON] {
        var found: [JSON] = []
        var after = ""
        while found.count < WebhookList.maxEndpoints {
            let (_, page) = try await call(.get, "/v1/webhook_endpoints?limit=100" + after)
            found += page["data"]?.elements ?? []
            guard page["has_more"]?.bool == true, let last = page["last_id"]?.string else { break }
            after = "&after=" + Percent.encoded(last)
        }
        return found
    }

    /// The bytes of the video as a stream, and their number if the server sends it.
    func fetchContent(_ id: String) async throws(CLIError) -> (pieces: ClientResponse, count: Int?) {
        let response = try await send(.get, "/v1/videos/\(Percent.encoded(id))/content")
        guard response.status == 200 else { throw try await readError(from: response) }
        return (response, response.headers[.contentLength].flatMap { Int($0) })
    }

    private func call(_ method: Method, _ path: String, body: JSONValue? = nil) async throws(CLIError) -> (Headers, JSON) {
        let response = try await send(method, path, body: body)
        guard response.status == 200 else { throw try await readError(from: response) }
        guard let json = try? JSON(parsing: try await readBody(of: response)) else {
            throw CLIError(.unreachable, "the response of \(base) is not from Genlock: not JSON")
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
            let doubt = error.neverArrived || method == .get ? "" : "; it may have accepted the job nevertheless"
            throw CLIError(.unreachable, "cannot reach \(base): \(error.detail)\(doubt)")
        }
    }

    private func readBody(of response: ClientResponse) async throws(CLIError) -> Slice {
        do throws(ClientError) { return try await response.collect(atMost: VideoAPI.maxResponseBytes) } catch {
            throw CLIError(.unreachable, "the response of \(base) was interrupted: \(error.detail)")
        }
    }

    /// The server's message, with the exit code for its status.
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
            throw CLIError(.unreachable, "the response of \(base) is not from Genlock: no id")
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

    /// Whether an error code means that content was rejected by moderation.
    static func isModerationCode(_ code: String?) -> Bool {
        guard let code else { return false }
        return ["moderation", "content_policy", "safety"].contains { code.contains($0) }
    }
}
