import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// Answers `/answer` with the text given, on the port given.
@main struct Main {
    static func main() async throws {
        let (port, text) = (Int(CommandLine.arguments[1])!, CommandLine.arguments[2])
        let body = ByteBuffer(string: text)
        let router = Router()
        router.get("answer") { _, _ in
            Response(status: .ok, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: body))
        }
        var logger = Logger(label: "answer")
        logger.logLevel = .error
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)), logger: logger)
        try await application.runService()
    }
}
