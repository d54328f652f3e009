import Client
import Glibc
import Net
import Wire

/// Generates one video, from the request to the file.
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
    /// The URL of a server that ends with this process: links to it are not printed.
    var temporaryURL: String?
    private let start = Instant.now

    /// The job, for the message that is printed on an interrupt.
    private final class InterruptibleJob {
        var id: String?
        private let output: OutputFile
        private let resumeCommand: ResumeCommand

        init(_ output: OutputFile, _ resumeCommand: ResumeCommand) { (self.output, self.resumeCommand) = (output, resumeCommand) }

        /// The command that resumes the job; nil before it is created.
        var command: String? { id.map(resumeCommand.text) }

        func handleInterrupt() -> String {
            output.abandon()
            guard let command else { return "\ninterrupted" }
            return "\ninterrupted; the job continues:\n  " + command
        }
    }

    /// How many status requests in a row may fail before the command gives up. The job continues meanwhile.
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

    /// Waits for the delay that the server requests, and updates the elapsed time on the screen.
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
            throw CLIError(.unreachable, "the download was interrupted: \(error.detail)")
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

    /// The video object, without links to a server that has ended.
    static func result(_ json: JSON, without base: String?) -> JSONValue {
        guard let base else { return .parsed(json) }
        return .object(
            json.members.filter { $0.value.string?.hasPrefix(base) != true }.map { (name: $0.name, value: .parsed($0.value)) })
    }
}

/// Shows the progress of a job: one line that is redrawn on a terminal, a few plain lines elsewhere.
struct ProgressLine {
    private let isLive: Bool
    private var lastShown: (status: String, tenth: Int) = ("", -1)

    init(isLive: Bool) { self.isLive = isLive }

    /// - Parameter percent: 0 to 100.
    mutating func show(_ status: String, percent: Int, elapsed: Duration) {
        let line = ProgressLine.text(status, percent: percent, elapsed: elapsed, width: isLive ? Console.width : 80, isLive: isLive)
        if isLive { return Console.redrawLine(line) }
        guard lastShown != (status, percent / 10) else { return }
        lastShown = (status, percent / 10)
        Console.printNote(line)
    }

    /// Clears the line, so that something else can be printed.
    func clear() { if isLive { Console.redrawLine("") } }

    static func text(_ status: String, percent: Int, elapsed: Duration, width: Int, isLive: Bool) -> String {
        let percent = min(max(percent, 0), 100)
        let seconds = elapsed.components.seconds
        let clock = "\(seconds / 60):" + (seconds % 60 < 10 ? "0" : "") + "\(seconds % 60)"
        let number = String(repeating: " ", count: percent < 10 ? 2 : percent < 100 ? 1 : 0) + "\(percent) %"
        let tail = "\(number)  \(clock)  \(TerminalText.line(status).map { $0 == "_" ? " " : String($0) }.joined())"
        let barWidth = min(width - tail.count - 3, 40)
        guard isLive, barWidth >= 5 else { return tail }
        let filled = barWidth * percent / 100
        return String(repeating: "█", count: filled) + String(repeating: "░", count: barWidth - filled) + "  " + tail
    }
}
