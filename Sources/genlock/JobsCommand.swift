import Application
import ArgumentParser
import Configuration
import Gateway
import Glibc
import Journal
import Net
import Wire

/// `genlock jobs`.
struct JobsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs",
        abstract: "List jobs, newest first.",
        discussion: """
            Reads the journal in the state folder, also while a server uses it, and shows every owner's jobs; with --url it asks a \
            running server for those of one key. --ambiguous shows the jobs of which it is unknown whether their vendor has \
            them, and how to look for them there. Such a job is never sent again automatically.

            States: submitting, queued, in_progress, completed, failed, cancelled, unknown (the vendor may have the job), \
            not_sent (the vendor never got it), deleted. The journal does not distinguish queued and in_progress.
            """)

    @Flag(help: "Only jobs of which it is unknown whether the vendor has them, and how to look for them.") var ambiguous = false
    @Option(help: "Only this owner's jobs.") var owner: String?
    @Option(help: ArgumentHelp("Maximum number of jobs.", valueName: "count")) var limit = 50
    @Flag(help: "Print JSON, one object per line.") var json = false
    @Option(help: ArgumentHelp("A running server (GENLOCK_URL).", valueName: "url")) var url: String?
    @Option(help: ArgumentHelp("The server's API key (GENLOCK_API_KEY).", valueName: "key")) var key: String?
    @OptionGroup(title: "When no server is named") var options: ConfigurationOptions

    func validate() throws {
        guard (1...1_000_000).contains(limit) else { throw ValidationError("--limit is from 1 to 1000000.") }
        guard url == nil || owner == nil else { throw ValidationError("--owner needs the journal; a server lists the jobs of --key.") }
    }

    func run() throws {
        let environment = Environment.process
        // GENLOCK_URL is for `generate`. The journal has more details, so only --url makes this command ask a server.
        let (server, key) = (url, self.key ?? environment.first(of: ["GENLOCK_API_KEY"]))
        let (isAmbiguous, owner, limit, wantsJSON) = (ambiguous, self.owner, self.limit, json)
        let configuration = server == nil ? try options.flags.load(scope: .state) : nil
        onLoop { loop throws(CLIError) in
            if let server {
                let api = try VideoAPI(url: server, key: key, client: Wiring.makeClient(Limits()))
                let videos = try await api.fetchJobs(atMost: limit) { !isAmbiguous || $0.errorCode == JobList.ambiguous }
                Console.print(wantsJSON ? JobList.json(videos) : JobList.text(videos))
            } else if let configuration {
                let entries = try await JobsCommand.entries(configuration, owner: owner, isAmbiguous: isAmbiguous, limit: limit)
                let list = JobList(entries, cards: RuntimeConfig.vocabulary.cards)
                Console.print(wantsJSON ? list.json : isAmbiguous ? list.lookupText : list.text)
            }
            return .success
        }
    }

    private static func entries(
        _ configuration: Configuration, owner: String?, isAmbiguous: Bool, limit: Int
    ) async throws(CLIError) -> [JobRecord] {
        let state = StateFolder.location(of: configuration.state)
        guard access(state + "/" + Journal.fileName, F_OK) == 0 else {
            throw CLIError(.badInput, "there is no journal in \(state)")
        }
        let journal = Journal(in: state, limits: configuration.limits, knowsEndpoints: false) { WallClock.now }
        do throws(StorageError) {
            let entries = try await journal.jobRecords(of: owner, state: isAmbiguous ? .ambiguous : nil, limit: limit)
            await journal.close()
            return entries
        } catch {
            throw CLIError(.unreachable, "cannot read the journal in \(state): \(error)")
        }
    }
}
