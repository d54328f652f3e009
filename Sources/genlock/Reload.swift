import Application
import Configuration
import Gateway
import Jobs
import Net
import Wire

/// Reloads the configuration on SIGHUP, completely or not at all. Belongs to the loop that receives the signals, which never waits for it:
/// files may block (a FIFO, a network file system), and the program must still react to signals that end it.
final class Reload {
    private let application: Application
    private let read: @Sendable () throws(CLIError) -> Configuration
    private let report: (Result<Configuration, CLIError>) -> Void
    private var timeout: Duration
    private var isRunning = false
    /// A signal arrived during a reload: the files may have changed since they were read.
    private var mustRepeat = false
    private var isStopped = false
    /// Threads that are blocked on a file.
    private var hungThreads = 0

    private static let maxHungThreads = 4

    /// - Parameter report: called with the result of each reload: the new configuration, or why the old one is kept.
    init(
        _ application: Application, timeout: Duration, _ read: @escaping @Sendable () throws(CLIError) -> Configuration,
        report: @escaping (Result<Configuration, CLIError>) -> Void
    ) {
        self.application = application
        self.timeout = timeout
        self.read = read
        self.report = report
    }

    func start() {
        mustRepeat = isRunning
        guard !isRunning, !isStopped else { return }
        isRunning = true
        Loop.fork {
            await self.run()
            self.isRunning = false
            if self.mustRepeat { self.start() }
        }
    }

    /// Stops reloading: a configuration that is being read is not used.
    func stop() { isStopped = true }

    private func run() async {
        Systemd.notify("RELOADING=1", status: "reloading the configuration")
        let outcome: Result<Configuration, CLIError>
        do throws(CLIError) {
            let prepared = try await prepareConfiguration()
            guard !isStopped else { return }
            do throws(Fault) { try await application.adopt(prepared) } catch { throw CLIError(error) }
            timeout = prepared.configuration.limits.configReadTimeout
            outcome = .success(prepared.configuration)
        } catch {
            outcome = .failure(error)
        }
        guard !isStopped else { return }
        report(outcome)
        switch outcome {
        case .success: Systemd.notify("READY=1", status: "serving")
        case .failure(let cliError):
            let reason = cliError.message.split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: "; ").prefix(400)
            Systemd.notify("READY=1", status: "serving; the last reload was refused: \(reason)")
        }
    }

    /// Reads on a thread of its own, which is abandoned if it takes too long.
    private func prepareConfiguration() async throws(CLIError) -> Application.PreparedConfiguration {
        guard hungThreads < Reload.maxHungThreads else {
            throw CLIError(.badInput, "\(hungThreads) earlier reloads are still blocked on a file: restart to read the configuration")
        }
        let promise = Promise<Result<Application.PreparedConfiguration, CLIError>>()
        let answer = Confined((promise, self))
        hungThreads += 1
        ThreadPool("reload").submit { [application, read] in
            let found = Reload.captureResult { () throws(CLIError) in
                let configuration = try read()
                do throws(Fault) { return try application.prepare(configuration) } catch { throw CLIError(error) }
            }
            answer.loop.spawn { _ in
                let (promise, reload) = answer.open()
                reload.hungThreads -= 1
                promise.fulfil(found)
            }
        }
        guard let found = await promise.value(by: .now + timeout) else {
            throw CLIError(.badInput, "reading took longer than \(timeout.components.seconds) s (config_read_timeout)")
        }
        return try found.get()
    }

    private static func captureResult<Value>(_ body: () throws(CLIError) -> Value) -> Result<Value, CLIError> {
        do throws(CLIError) { return .success(try body()) } catch { return .failure(error) }
    }
}

extension CLIError {
    /// An error of the configuration, with the private detail for the operator.
    init(_ fault: Fault) { self.init(.badInput, fault.message + (fault.detail.map { " (\($0))" } ?? "")) }
}
