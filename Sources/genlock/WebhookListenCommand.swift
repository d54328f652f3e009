import ArgumentParser
import Configuration
import Crypto
import Jobs
import Net
import Server
import Webhooks
import Wire

/// `genlock webhooks listen`.
struct WebhookListenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "listen", abstract: "Receive webhooks on this machine, verify and print them.",
        discussion: """
            Prints one line for each request until it is interrupted. Without a secret it makes one, and prints the lines for the \
            configuration of the server. A genuine event gets --status, everything else 400.
            """)

    @Option(help: ArgumentHelp("The address to listen on.", valueName: "address")) var listen = "127.0.0.1:8091"
    @Option(help: ArgumentHelp("The secret (GENLOCK_WEBHOOK_SECRET).", valueName: "whsec_…")) var secret: String?
    @Option(help: ArgumentHelp("The status of the response to a genuine event.", valueName: "code")) var status = 204
    @Flag(help: "Print JSON, one object per line.") var json = false

    func validate() throws {
        guard (200...599).contains(status) else { throw ValidationError("--status is from 200 to 599.") }
        guard Address(listen) != nil else { throw ValidationError("--listen is an address like 127.0.0.1:8091.") }
    }

    func run() throws {
        guard let address = Address(listen) else { return }
        let environment = Environment.process
        let isGiven = secret != nil || environment.first(of: ["GENLOCK_WEBHOOK_SECRET"]) != nil
        let secret = isGiven ? try WebhookTestCommand.secret(self.secret, environment: environment) : .generate(random: .system)
        let (status, wantsJSON) = (status, json)
        onLoop { loop throws(CLIError) in
            let server = await Server(on: [loop], limits: Limits(), clock: { WallClock.now }) { _ in
                WebhookListener(secret: secret, status: status, printsJSON: wantsJSON)
            }
            do {
                let listener = try Listener(address)
                try await server.serve(listener)
                Console.printNote("listening on http://\(listener.address)")
            } catch {
                throw CLIError(.badInput, "cannot listen on \(address): \(error)")
            }
            if !isGiven {
                Console.printNote(
                    """
                    webhooks: { allow_private: [127.0.0.1] }
                    keys:
                      - { name: …, sha256: …, webhooks: { url: "http://\(address)/", secret: \(secret.text.reveal()) } }
                    """)
            }
            await Promise<Void>().value()
            return .success
        }
    }
}

/// The handler of `genlock webhooks listen`.
final class WebhookListener: Handler {
    private let secret: WebhookSecret
    private let status: Int
    private let printsJSON: Bool

    init(secret: WebhookSecret, status: Int, printsJSON: Bool) {
        self.secret = secret
        self.status = status
        self.printsJSON = printsJSON
    }

    private static let maxBytes = 1 << 20

    func handle(_ exchange: any Exchange) async {
        guard let body = try? await exchange.readBody(limit: WebhookListener.maxBytes) else { return }
        let (line, isGenuine) = report(on: exchange.head.headers, body: Bytes(body), now: WallClock.now)
        Console.print(line)
        try? await exchange.answer(Response(status: isGenuine ? status : 400))
    }

    /// The line for a request, and whether its signature is right.
    func report(on headers: Headers, body: Bytes, now: Timestamp) -> (line: String, isGenuine: Bool) {
        var failure: String?
        do throws(WebhookSignature.VerificationError) {
            try WebhookSignature.verify(headers, body: body, secret: secret, now: now)
        } catch {
            failure = error.rawValue
        }
        let event = try? JSON(parsing: body[...])
        let (id, type, job) = (headers["webhook-id"], event?["type"]?.string, event?["data"]?["id"]?.string)
        if printsJSON {
            let line = JSONValue.members([
                "received": .string(now.iso8601), "genuine": .bool(failure == nil), "reason": .optional(failure),
                "id": .optional(id), "type": .optional(type), "job": .optional(job),
                "body": .string(String(decoding: body, as: UTF8.self)),
            ])
            return (line.text, failure == nil)
        }
        let words = [
            String(now.iso8601.prefix(19)) + "Z", failure == nil ? "genuine" : "REFUSED", type, id, job, failure.map { "(\($0))" },
        ]
        return (words.compactMap(\.self).map(TerminalText.line).joined(separator: " "), failure == nil)
    }

    func rejectionResponse(for rejected: RejectedRequest) -> Response { Response(status: rejected.status) }

    func report(_ rejection: ConnectionRejection) {}
}
