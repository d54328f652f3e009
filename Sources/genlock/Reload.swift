import Configuration
import Gateway
import Jobs
import Net
import Wire

/// SIGHUP: the configuration is read again, and put in force as a whole or not at all. Belongs to the loop that takes the signals, which
/// never waits for it: files may hang (a FIFO, a network file system), and a signal that ends the program must be heard.
final class Reload {
    private let serving: Serving
    private let read: @Sendable () throws(Complaint) -> Configuration
    private let report: (Result<Configuration, Complaint>) -> Void
    private var timeout: Duration
    private var isRunning = false
    /// A signal came while one was being answered: the files may have changed behind it.
    private var mustRepeat = false
    private var isStopped = false
    /// Threads that hang in a file.
    private var hanging = 0

    private static let maxHanging = 4

    /// - Parameter report: is called with the outcome of each reload: the configuration in force from now on, or why the old one stays.
    init(
        _ serving: Serving, timeout: Duration, _ read: @escaping @Sendable () throws(Complaint) -> Configuration,
        _ report: @escaping (Result<Configuration, Complaint>) -> Void
    ) {
        self.serving = serving
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

    /// The program ends: what is still being read is not put in force.
    func stop() { isStopped = true }

    private func run() async {
        Supervisor.tell("RELOADING=1", status: "reading the configuration again")
        let outcome: Result<Configuration, Complaint>
        do throws(Complaint) {
            let prepared = try await prepared()
            guard !isStopped else { return }
            do throws(Fault) { try await serving.adopt(prepared) } catch { throw Complaint(error) }
            timeout = prepared.configuration.limits.configReadTimeout
            outcome = .success(prepared.configuration)
        } catch {
            outcome = .failure(error)
        }
        guard !isStopped else { return }
        report(outcome)
        switch outcome {
        case .success: Supervisor.tell("READY=1", status: "serving")
        case .failure(let complaint):
            let reason = complaint.message.split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: "; ").prefix(400)
            Supervisor.tell("READY=1", status: "serving; the last reload was refused: \(reason)")
        }
    }

    /// Reads on a thread of its own, which is given up where it takes too long.
    private func prepared() async throws(Complaint) -> Serving.Prepared {
        guard hanging < Reload.maxHanging else {
            throw Complaint(.badInput, "\(hanging) earlier reloads still wait for a file: restart to read the configuration")
        }
        let promise = Promise<Result<Serving.Prepared, Complaint>>()
        let answer = Confined((promise, self))
        hanging += 1
        Threads("reload").submit { [serving, read] in
            let found = Reload.result { () throws(Complaint) in
                let configuration = try read()
                do throws(Fault) { return try serving.prepare(configuration) } catch { throw Complaint(error) }
            }
            answer.loop.spawn { _ in
                let (promise, reload) = answer.open()
                reload.hanging -= 1
                promise.fulfil(found)
            }
        }
        guard let found = await promise.value(by: .now + timeout) else {
            throw Complaint(.badInput, "reading took longer than \(timeout.components.seconds) s (config_read_timeout)")
        }
        return try found.get()
    }

    private static func result<Value>(_ body: () throws(Complaint) -> Value) -> Result<Value, Complaint> {
        do throws(Complaint) { return .success(try body()) } catch { return .failure(error) }
    }
}

extension Complaint {
    /// What is wrong with a configuration, with the detail that only the operator may see.
    init(_ fault: Fault) { self.init(.badInput, fault.message + (fault.detail.map { " (\($0))" } ?? "")) }
}
