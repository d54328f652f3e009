import Application
import ArgumentParser
import Configuration
import Crypto
import Gateway
import Glibc
import Journal
import Net
import Wire

/// `genlock webhooks`.
struct WebhooksCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhooks", abstract: "List, repeat and try deliveries to webhooks.",
        subcommands: [List.self, Resend.self, WebhookTestCommand.self, WebhookListenCommand.self, Secret.self])

    /// `genlock webhooks list`.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List endpoints and the newest deliveries.",
            discussion: """
                Reads the journal in the state folder, also while a server uses it. With --url it asks a running server for the \
                endpoints that one key has registered.

                States of a delivery: pending, delivered, dead (it is not tried any more; `genlock webhooks resend` sends it again).
                """)

        @Option(help: "Only this owner's endpoints and deliveries.") var owner: String?
        @Option(help: ArgumentHelp("Only deliveries in this state.", valueName: "pending|delivered|dead")) var only: String?
        @Option(help: ArgumentHelp("Maximum number of deliveries.", valueName: "count")) var limit = 50
        @Flag(help: "Print JSON, one object per line.") var json = false
        @Option(help: ArgumentHelp("A running server (GENLOCK_URL).", valueName: "url")) var url: String?
        @Option(help: ArgumentHelp("The server's API key (GENLOCK_API_KEY).", valueName: "key")) var key: String?
        @OptionGroup(title: "When no server is named") var options: ConfigurationOptions

        func validate() throws {
            guard (1...1_000_000).contains(limit) else { throw ValidationError("--limit is from 1 to 1000000.") }
            guard only == nil || state != nil else { throw ValidationError("--only is pending, delivered or dead.") }
            guard url == nil || (owner == nil && only == nil) else {
                throw ValidationError("--owner and --only need the journal; a server lists the endpoints of --key.")
            }
        }

        private var state: DeliveryRecord.State? { only.flatMap { DeliveryRecord.State(rawValue: $0) } }

        func run() throws {
            // GENLOCK_URL is for `generate`, as for `genlock jobs`.
            let (server, key) = (url, self.key ?? Environment.process.first(of: ["GENLOCK_API_KEY"]))
            let (owner, state, limit, wantsJSON) = (self.owner, self.state, self.limit, json)
            let flags = options.flags
            let configuration = server == nil ? try flags.load(scope: .state) : nil
            onLoop { loop throws(CLIError) in
                var list = WebhookList()
                if let server {
                    let api = try VideoAPI(url: server, key: key, client: Wiring.makeClient(Limits()))
                    list.add(try await api.fetchWebhookEndpoints())
                } else if let configuration {
                    // The secrets of vendors need not be set; without them the endpoints of the configuration are left out.
                    if let whole = try? flags.load() { list.add(whole.keys, of: owner) }
                    try await WebhooksCommand.withJournal(of: configuration) { journal throws(StorageError) in
                        list.add(try await journal.endpoints(of: owner, limit: WebhookList.maxEndpoints)?.endpoints ?? [])
                        list.markDisabled(try await journal.disabledEndpoints())
                        list.deliveries = try await journal.deliveries(of: owner, state: state, limit: limit)
                    }
                }
                Console.print(wantsJSON ? list.json : list.text)
                return .success
            }
        }
    }

    /// `genlock webhooks resend`.
    struct Resend: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send an event again, under the same id.",
            discussion: """
                Writes into the journal in the state folder. A server that runs with it sends the event within a few seconds, else the \
                next one that starts.
                """)

        @Argument(help: ArgumentHelp("The id of the event, from `genlock webhooks list`.", valueName: "evt_…")) var event: String
        @Option(help: ArgumentHelp("Only to this receiver, from the list; else to all of the event.", valueName: "receiver"))
        var to: String?
        @OptionGroup var options: ConfigurationOptions

        func run() throws {
            let configuration = try options.flags.load(scope: .state)
            let (event, receiver) = (self.event, to)
            onLoop { loop throws(CLIError) in
                let count = try await WebhooksCommand.withJournal(of: configuration) { journal throws(StorageError) in
                    try await journal.resend(event, to: receiver, at: WallClock.now)
                }
                guard count > 0 else { throw CLIError(.badInput, "the journal has no such event, or not for that receiver: \(event)") }
                Console.print("\(event): to be sent again to \(count) \(count == 1 ? "receiver" : "receivers")")
                return .success
            }
        }
    }

    /// `genlock webhooks secret`.
    struct Secret: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print a new secret for a webhook.")

        func run() throws { Console.print(WebhookSecret.generate(random: .system).text.reveal()) }
    }

    /// Runs work on the journal of a state folder.
    fileprivate static func withJournal<Value>(
        of configuration: Configuration, _ work: (Journal) async throws(StorageError) -> Value
    ) async throws(CLIError) -> Value {
        let state = StateFolder.location(of: configuration.state)
        guard access(state + "/" + Journal.fileName, F_OK) == 0 else { throw CLIError(.badInput, "there is no journal in \(state)") }
        let journal = Journal(in: state, limits: configuration.limits, knowsEndpoints: false) { WallClock.now }
        do throws(StorageError) {
            _ = try await journal.open()
            let value = try await work(journal)
            await journal.close()
            return value
        } catch {
            throw CLIError(.unreachable, "cannot use the journal in \(state): \(error)")
        }
    }
}
