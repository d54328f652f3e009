import CLinux
import Glibc
import Wire

/// Runs another program with bounds on its time, memory and output. Every method blocks.
package struct ChildProcess: Sendable {
    package struct Bounds: Sendable {
        /// From the start to the end, and of processor time.
        package let timeout: Duration
        /// Bytes of address space.
        package let memory: Int
        /// Bytes of standard output.
        package let output: Int

        package init(timeout: Duration, memory: Int, output: Int) {
            self.timeout = timeout
            self.memory = memory
            self.output = output
        }
    }

    /// Why there is no output.
    package enum Failure: Error, Sendable, Equatable {
        case cannotRun(String)
        case timeout
        case tooMuchOutput
        /// It ended by itself, with that code, or -1 for a signal.
        case ended(code: Int)
    }

    private let program: String
    private let arguments: [String]

    /// - Parameter program: an absolute path.
    package init(_ program: String, _ arguments: [String]) {
        self.program = program
        self.arguments = arguments
    }

    /// The absolute path of a program in the folders of `PATH`; nil if it is not there.
    package static func path(of name: String) -> String? {
        guard let folders = getenv("PATH").map({ String(cString: $0) }) else { return nil }
        return folders.split(separator: ":").lazy.filter { $0.hasPrefix("/") }.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    /// Runs the program to its end.
    /// - Returns: its standard output.
    package func run(within bounds: Bounds) throws(Failure) -> Bytes {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .cannotRun(String(cString: strerror(errno))) }
        _ = fcntl(ends[0], F_SETFD, FD_CLOEXEC)
        let id = start(output: ends[1], bounds)
        close(ends[1])
        defer { close(ends[0]) }
        guard id > 0 else { throw .cannotRun(StreamError.text(of: -id)) }
        let deadline = Instant.now + bounds.timeout
        do throws(Failure) {
            let output = try ChildProcess.readAll(from: ends[0], limit: bounds.output, by: deadline)
            guard let code = ChildProcess.wait(for: id, by: deadline) else { throw .timeout }
            guard code == 0 else { throw .ended(code: code) }
            return output
        } catch {
            // Also if it has ended: its number is its own until it is waited for.
            if case .ended = error { throw error }
            kill(id, SIGKILL)
            _ = ChildProcess.wait(for: id, by: .never)
            throw error
        }
    }

    private func start(output: Int32, _ bounds: Bounds) -> Int32 {
        var texts: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for text in texts { free(text) } }
        var limits = linux_bounds(memory: UInt64(bounds.memory), seconds: UInt64(max(bounds.timeout.components.seconds, 1)))
        return linux_spawn(program, &texts, output, &limits)
    }

    private static func readAll(from descriptor: Int32, limit: Int, by deadline: Instant) throws(Failure) -> Bytes {
        var output = Bytes()
        var buffer = Bytes(repeating: 0, count: 64 * 1024)
        while true {
            var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let left = (deadline - .now) / .milliseconds(1)
            guard left > 0 else { throw .timeout }
            let ready = poll(&wanted, 1, Int32(exactly: left.rounded(.up)) ?? Int32.max)
            if ready < 0, errno == EINTR { continue }
            guard ready > 0 else { throw .timeout }
            let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .cannotRun(String(cString: strerror(errno))) }
            guard count > 0 else { return output }
            guard output.count + count <= limit else { throw .tooMuchOutput }
            output += buffer[..<count]
        }
    }

    /// The exit code, -1 after a signal; nil if it has not ended by the deadline.
    private static func wait(for id: Int32, by deadline: Instant) -> Int? {
        while true {
            var status: Int32 = 0
            let ended = waitpid(id, &status, deadline == .never ? 0 : WNOHANG)
            if ended == id { return status & 0x7F == 0 ? Int(status >> 8 & 0xFF) : -1 }
            if ended < 0, errno != EINTR { return -1 }
            guard Instant.now < deadline else { return nil }
            usleep(2000)
        }
    }
}
