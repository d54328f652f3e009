import FlyingFox
import FlyingSocks

/// Answers `/answer` with the text given, on the port given.
@main struct Main {
    static func main() async throws {
        let (port, text) = (UInt16(CommandLine.arguments[1])!, CommandLine.arguments[2])
        let server = HTTPServer(address: try .inet(ip4: "127.0.0.1", port: port), logger: .disabled)
        await server.appendRoute("GET /answer") { _ in
            HTTPResponse(statusCode: .ok, headers: [.contentType: "application/json"], body: .init(text.utf8))
        }
        try await server.run()
    }
}
