import ArgumentParser
import Client
import Configuration
import Crypto
import Jobs
import Net
import Webhooks
import Wire

/// `genlock webhooks test`.
struct WebhookTestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Send one example of an event to a URL, and print the response's status.",
        discussion: """
            The exit code is 0 if the receiver has acknowledged the event with a status from 200 to 299, else 3. The address may be \
            private. The event is not in the journal and is not sent again.
            """)

    @Argument(help: "The receiver.") var url: String
    @Option(help: ArgumentHelp("Its secret (GENLOCK_WEBHOOK_SECRET).", valueName: "whsec_…")) var secret: String?
    @Option(help: ArgumentHelp("The type of the event.", valueName: "type")) var event = JobEvent.completed.rawValue

    func validate() throws {
        let names = JobEvent.allCases.map(\.rawValue).joined(separator: ", ")
        guard JobEvent(rawValue: event) != nil else { throw ValidationError("--event is one of \(names).") }
    }

    func run() throws {
        guard let event = JobEvent(rawValue: event) else { return }
        let secret = try WebhookTestCommand.secret(self.secret, environment: .process)
        let url: URLText
        do throws(URLText.ParseError) { url = try URLText(parsing: self.url) } catch { throw CLIError(.badInput, error.reason) }
        onLoop { loop throws(CLIError) in
            let now = WallClock.now
            let id = "evt_test_" + Hex.text(RandomSource.system.bytes(8))
            let request = WebhookEvent(id: id, event: event, jobID: "video_test", created: now)
                .request(to: url.text, secrets: [secret], at: now)
            let sender = WebhookSender(client: try makeClient(), limits: Limits(), clock: { WallClock.now })
            let attempt = await sender.send(request, owner: "local", proxy: nil)
            if let error = attempt.error { throw CLIError(.unreachable, "\(url) has not acknowledged \(id): \(error)") }
            Console.print("\(url) has acknowledged \(id) with status \(attempt.status ?? 0)")
            return .success
        }
    }

    /// The secret of a flag, else of the environment.
    static func secret(_ flag: String?, environment: Environment) throws(CLIError) -> WebhookSecret {
        guard let text = flag ?? environment.first(of: ["GENLOCK_WEBHOOK_SECRET"]) else {
            throw CLIError(.badInput, "the secret is missing: --secret or GENLOCK_WEBHOOK_SECRET is \(WebhookSecret.expected)")
        }
        do throws(WebhookSecret.FormatError) { return try WebhookSecret(parsing: Secret(text)) } catch {
            throw CLIError(.badInput, error.reason)
        }
    }

    /// A client that reaches every address but those of metadata services.
    private func makeClient() throws(CLIError) -> Client {
        let limits = WebhookSender.clientLimits(Limits())
        do throws(TLSContext.SetupError) {
            return Client(
                resolver: Resolver(limits), tls: try TLSContext.client(), limits: limits,
                privateNetworks: ["0.0.0.0/0", "::/0"].compactMap { IPRange($0) })
        } catch {
            throw CLIError(.badInput, "cannot read the system's certificate authorities: \(error)")
        }
    }
}
