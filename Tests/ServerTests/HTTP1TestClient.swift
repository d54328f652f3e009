import HTTP
import Net
import Wire

/// A client that writes bytes as they are and reads answers.
final class HTTP1TestClient {
    let stream: Net.Stream
    private var input: Slice = []

    init(_ stream: Net.Stream) { self.stream = stream }

    /// Far beyond what a healthy test needs, so that a broken one fails instead of hanging.
    static var soon: Instant { .now + .seconds(20) }

    struct ReceivedResponse: Sendable {
        var status = 0
        var headers = Headers()
        var body: Bytes = []
        var interims: [Int] = []
        /// Whether the server means to go on with the connection.
        var keepsAlive = false

        var text: String { String(decoding: body, as: UTF8.self) }
    }

    enum TestClientError: Error, Equatable {
        case badResponse(ResponseError)
        case noResponse
    }

    func send(_ text: String) async throws { try await stream.write(Bytes(text.utf8)[...], by: HTTP1TestClient.soon) }
    func send(_ bytes: Bytes) async throws { try await stream.write(bytes[...], by: HTTP1TestClient.soon) }

    /// The next answer, whole.
    func answer(to method: Method = .get) async throws -> ReceivedResponse {
        var parser = ResponseParser(to: method, Limits())
        var answer = ReceivedResponse()
        while true {
            var event = parser.next(&input)
            if case .more = event {
                input = try await stream.read(by: HTTP1TestClient.soon)
                guard input.isEmpty else { continue }
                guard parser.hasBegun else { throw TestClientError.noResponse }
                event = parser.finish()
            }
            switch event {
            case .more: continue
            case .interim(let status): answer.interims.append(status)
            case .head(let head):
                answer.status = head.status
                answer.headers = head.headers
                answer.keepsAlive = parser.keepsAlive
            case .piece(let piece): answer.body += piece
            case .end: return answer
            case .failed(let flaw): throw TestClientError.badResponse(flaw)
            }
        }
    }

    func ask(_ text: String, _ method: Method = .get) async throws -> ReceivedResponse {
        try await send(text)
        return try await answer(to: method)
    }

    /// Everything until the server closes.
    func rest() async throws -> Bytes {
        var all = Bytes(input)
        input = []
        while true {
            let bytes = try await stream.read(by: HTTP1TestClient.soon)
            if bytes.isEmpty { return all }
            all += bytes
        }
    }

    /// Whether the server closes in good order, with nothing more to say.
    func readsEnd() async throws -> Bool { try await rest().isEmpty }
}
