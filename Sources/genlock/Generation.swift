import Client
import Glibc
import Net
import Wire

/// One clip from the request to the file.
struct Generation {
    enum Task {
        case create(JSONValue)
        case resume(String)
    }

    private let task: Task
    private let output: OutputFile
    private let isQuiet: Bool
    private let wantsJSON: Bool
    private var line: ProgressLine
    private let job: Started
    /// Of a server that ends with this process: links to it are not printed.
    var temporaryURL: String?
    private let start = Instant.now

    /// What is left to say when the person at the terminal has had enough.
    private final class Started {
        var id: String?
        private let output: OutputFile
        private let again: ResumeCommand

        init(_ output: OutputFile, _ again: ResumeCommand) { (self.output, self.again) = (output, again) }

        /// The command that waits for the job again; nil before there is one.
        var command: String? { id.map(again.text) }

        func lastWords() -> String {
            output.abandon()
            guard let command else { return "\ninterrupted" }
            return "\ninterrupted; the job goes on:\n  " + command
        }
    }

    /// How often in a row a status question may fail before it is given up: the job goes on meanwhile.
    private static let mostFailures = 8

    init(_ task: Task, output: OutputFile, isQuiet: Bool, wantsJSON: Bool, again: ResumeCommand) {
        self.task = task
        self.output = output
        self.isQuiet = isQuiet
        self.wantsJSON = wantsJSON
        job = Started(output, again)
        line = ProgressLine(isLive: Console.isTerminal && !isQuiet)
    }

    mutating func run(at api: VideoAPI, on loop: isolated Loop) async throws(Complaint) -> Ending {
        do throws(Complaint) {
            let ending = try await go(at: api, on: loop)
            if ending != .done { output.abandon() }
            return ending
        } catch {
            line.clear()
            output.abandon()
            guard let command = job.command else { throw error }
            throw Complaint(error.ending, error.message + "\nto try again with the same job:\n  " + command)
        }
    }

    private mutating func go(at api: VideoAPI, on loop: isolated Loop) async throws(Complaint) -> Ending {
        try Interruption.end(saying: job.lastWords)
        var video: VideoAPI.Video
        switch task {
        case .create(let body): video = try await api.create(body)
        case .resume(let id): video = try await api.status(id)
        }
        let id = video.id
        job.id = id
        say("id     " + id)
        say("model  " + video.model)
        for note in video.notes { say("note   " + note) }
        video = try await wait(for: video, at: api, on: loop)
        guard video.status == "completed" else {
            line.clear()
            let isModerated = VideoAPI.isModeration(video.errorCode)
            Console.complain(video.errorMessage ?? "the job failed")
            return isModerated ? .moderated : .jobFailed
        }
        try await download(id, from: api)
        line.clear()
        say("saved  \(output.path)  \(output.count) bytes")
        if wantsJSON { Console.print(Generation.result(video.json, without: temporaryURL).text) }
        return .done
    }

    private mutating func wait(for video: VideoAPI.Video, at api: VideoAPI, on loop: isolated Loop) async throws(Complaint)
        -> VideoAPI.Video
    {
        var video = video
        var failures = 0
        while !video.isFinal {
            await pause(video, on: loop)
            do throws(Complaint) {
                video = try await api.status(video.id)
                failures = 0
            } catch {
                failures += 1
                guard error.ending == .unreachable, failures < Generation.mostFailures else { throw error }
            }
        }
        show(video)
        return video
    }

    /// Waits as long as the server wants, while the clock on the screen goes on.
    private mutating func pause(_ video: VideoAPI.Video, on loop: isolated Loop) async {
        let due = Instant.now + video.pause
        while Instant.now < due {
            show(video)
            await loop.sleep(for: min(due - .now, .milliseconds(250)))
        }
    }

    private func download(_ id: String, from api: VideoAPI) async throws(Complaint) {
        let (pieces, count) = try await api.content(id)
        do {
            while let piece = try await pieces.next() { try output.write(piece) }
        } catch let error as ClientFailure {
            throw Complaint(.unreachable, "the download broke off: \(error.detail)")
        } catch let error as Complaint {
            throw error
        } catch {
            throw Complaint(.unreachable, "\(error)")
        }
        if let count, count != output.count { throw Complaint(.unreachable, "the download has \(output.count) of \(count) bytes") }
        try output.finish()
    }

    private mutating func show(_ video: VideoAPI.Video) {
        if !isQuiet { line.show(video.status, percent: video.percent, elapsed: .now - start) }
    }

    private func say(_ text: String) { if !isQuiet { Console.note(TerminalText.line(text)) } }

    /// The video object, without links to a server that is gone.
    static func result(_ json: JSON, without base: String?) -> JSONValue {
        guard let base else { return .parsed(json) }
        return .object(
            json.members.filter { $0.value.string?.hasPrefix(base) != true }.map { (name: $0.name, value: .parsed($0.value)) })
    }
}
