import Client
import Glibc
import Net
import Wire

/// One clip from the request to the file.
struct Generation {
    enum Action {
        case create(JSONValue)
        case resume(String)
    }

    private let task: Action
    private let output: OutputFile
    private let isQuiet: Bool
    private let wantsJSON: Bool
    private var line: ProgressLine
    private let job: InterruptibleJob
    /// Of a server that ends with this process: links to it are not printed.
    var temporaryURL: String?
    private let start = Instant.now

    /// What is left to say when the person at the terminal has had enough.
    private final class InterruptibleJob {
        var id: String?
        private let output: OutputFile
        private let resumeCommand: ResumeCommand

        init(_ output: OutputFile, _ resumeCommand: ResumeCommand) { (self.output, self.resumeCommand) = (output, resumeCommand) }

        /// The command that waits for the job again; nil before there is one.
        var command: String? { id.map(resumeCommand.text) }

        func handleInterrupt() -> String {
            output.abandon()
            guard let command else { return "\ninterrupted" }
            return "\ninterrupted; the job goes on:\n  " + command
        }
    }

    /// How often in a row a status question may fail before it is given up: the job goes on meanwhile.
    private static let maxStatusFailures = 8

    init(_ task: Action, output: OutputFile, isQuiet: Bool, wantsJSON: Bool, resumeCommand: ResumeCommand) {
        self.task = task
        self.output = output
        self.isQuiet = isQuiet
        self.wantsJSON = wantsJSON
        job = InterruptibleJob(output, resumeCommand)
        line = ProgressLine(isLive: Console.isTerminal && !isQuiet)
    }

    mutating func run(at api: VideoAPI, on loop: isolated Loop) async throws(CLIError) -> ExitStatus {
        do throws(CLIError) {
            let exitStatus = try await runJob(at: api, on: loop)
            if exitStatus != .success { output.abandon() }
            return exitStatus
        } catch {
            line.clear()
            output.abandon()
            guard let command = job.command else { throw error }
            throw CLIError(error.exitStatus, error.message + "\nto try again with the same job:\n  " + command)
        }
    }

    private mutating func runJob(at api: VideoAPI, on loop: isolated Loop) async throws(CLIError) -> ExitStatus {
        try SignalHandling.exitOnSignal(printing: job.handleInterrupt)
        var video: VideoAPI.Video
        switch task {
        case .create(let body): video = try await api.create(body)
        case .resume(let id): video = try await api.fetchStatus(id)
        }
        let id = video.id
        job.id = id
        printNote("id     " + id)
        printNote("model  " + video.model)
        for note in video.notes { printNote("note   " + note) }
        video = try await wait(for: video, at: api, on: loop)
        guard video.status == "completed" else {
            line.clear()
            let isModerated = VideoAPI.isModerationCode(video.errorCode)
            Console.printError(video.errorMessage ?? "the job failed")
            return isModerated ? .moderated : .jobFailed
        }
        try await download(id, from: api)
        line.clear()
        printNote("saved  \(output.path)  \(output.count) bytes")
        if wantsJSON { Console.print(Generation.result(video.json, without: temporaryURL).text) }
        return .success
    }

    private mutating func wait(for video: VideoAPI.Video, at api: VideoAPI, on loop: isolated Loop) async throws(CLIError)
        -> VideoAPI.Video
    {
        var video = video
        var failures = 0
        while !video.isFinal {
            await waitForNextPoll(video, on: loop)
            do throws(CLIError) {
                video = try await api.fetchStatus(video.id)
                failures = 0
            } catch {
                failures += 1
                guard error.exitStatus == .unreachable, failures < Generation.maxStatusFailures else { throw error }
            }
        }
        showProgress(video)
        return video
    }

    /// Waits as long as the server wants, while the clock on the screen goes on.
    private mutating func waitForNextPoll(_ video: VideoAPI.Video, on loop: isolated Loop) async {
        let due = Instant.now + video.pollDelay
        while Instant.now < due {
            showProgress(video)
            await loop.sleep(for: min(due - .now, .milliseconds(250)))
        }
    }

    private func download(_ id: String, from api: VideoAPI) async throws(CLIError) {
        let (pieces, count) = try await api.fetchContent(id)
        do {
            while let piece = try await pieces.next() { try output.write(piece) }
        } catch let error as ClientError {
            throw CLIError(.unreachable, "the download broke off: \(error.detail)")
        } catch let error as CLIError {
            throw error
        } catch {
            throw CLIError(.unreachable, "\(error)")
        }
        if let count, count != output.count { throw CLIError(.unreachable, "the download has \(output.count) of \(count) bytes") }
        try output.finish()
    }

    private mutating func showProgress(_ video: VideoAPI.Video) {
        if !isQuiet { line.show(video.status, percent: video.percent, elapsed: .now - start) }
    }

    private func printNote(_ text: String) { if !isQuiet { Console.printNote(TerminalText.line(text)) } }

    /// The video object, without links to a server that is gone.
    static func result(_ json: JSON, without base: String?) -> JSONValue {
        guard let base else { return .parsed(json) }
        return .object(
            json.members.filter { $0.value.string?.hasPrefix(base) != true }.map { (name: $0.name, value: .parsed($0.value)) })
    }
}
