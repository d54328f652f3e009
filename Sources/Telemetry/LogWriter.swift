import Glibc
import Synchronization
import Wire

/// Writes log lines from a thread of its own, so that no event loop waits for a terminal or a pipe. Lines that do not fit into its buffer
/// are dropped, and their number is logged later. At the end of the process, `flush()` writes what the buffer still holds.
package final class LogWriter: Sendable {
    private struct State {
        var pending: [UInt8] = []
        var dropped = 0
        var hasThread = false
    }

    /// A line that would exceed this is dropped.
    private let maxPendingBytes: Int
    private let descriptor: Int32
    private let droppedNotice: @Sendable (Int) -> [UInt8]
    private let state = Mutex(State())
    /// Held while bytes are written, so that `flush` waits for the thread.
    private let output = Mutex(())
    /// The thread waits at the read end.
    private let wakeupPipe: (read: Int32, write: Int32)
    private let droppedTotal = Atomic<Int>(0)
    /// How much one write can take without blocking after POLLOUT: PIPE_BUF bytes for a pipe (pipe(7)), any number for a file.
    private let maxWriteBytes: Int

    /// Lines dropped since the start.
    package var dropped: Int { droppedTotal.load(ordering: .relaxed) }

    /// - Parameters:
    ///   - limit: how many bytes may wait to be written.
    ///   - notice: makes the line that reports how many lines were dropped.
    package init(_ descriptor: Int32 = STDERR_FILENO, limit: Int = Limits().logBufferBytes, notice: @escaping @Sendable (Int) -> [UInt8]) {
        self.droppedNotice = notice
        self.descriptor = descriptor
        self.maxPendingBytes = limit
        var ends: [Int32] = [-1, -1]
        precondition(pipe(&ends) == 0, "pipe: \(String(cString: strerror(errno)))")
        wakeupPipe = (ends[0], ends[1])
        var status = stat()
        maxWriteBytes = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG ? .max : Int(PIPE_BUF)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
    }

    /// Queues a line, which ends in a line break. Never waits for the reader of the log.
    package func write(_ line: [UInt8]) {
        let mustWake = state.withLock { state in
            guard state.pending.count + line.count <= maxPendingBytes else {
                state.dropped += 1
                droppedTotal.wrappingAdd(1, ordering: .relaxed)
                return false
            }
            let wasEmpty = state.pending.isEmpty
            state.pending.append(contentsOf: line)
            if !state.hasThread {
                state.hasThread = true
                startThread()
            }
            return wasEmpty
        }
        if mustWake {
            var byte: UInt8 = 1
            _ = Glibc.write(wakeupPipe.write, &byte, 1)
        }
    }

    /// Writes what is queued, on the calling thread. For the end of the process: what cannot be written within `timeout` is lost.
    package func flush(within timeout: Duration = .seconds(1)) {
        let milliseconds = Int(clamping: timeout.nanoseconds / 1_000_000)
        let deadline = LogWriter.now.addingSaturated(milliseconds)
        // The thread holds the output while it waits for the reader.
        while output.withLockIfAvailable({ _ in writePending(by: deadline) }) == nil, LogWriter.now < deadline { usleep(2000) }
    }

    private func writePending(by deadline: Int) {
        let (bytes, dropped) = state.withLock { state in
            defer { (state.pending, state.dropped) = ([], 0) }
            return (state.pending, state.dropped)
        }
        send(bytes, by: deadline)
        if dropped > 0 { send(droppedNotice(dropped), by: deadline) }
    }

    /// Drops the rest if the descriptor fails or the deadline passes.
    private func send(_ bytes: [UInt8], by deadline: Int) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let left = deadline == .max ? -1 : max(0, deadline - LogWriter.now)
            var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            let ready = poll(&room, 1, Int32(clamping: left))
            if ready < 0, errno == EINTR { continue }
            guard ready > 0 else { return }
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, min($0.count, maxWriteBytes)) }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// Milliseconds on the monotonic clock.
    private static var now: Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }

    private func startThread() {
        var thread = pthread_t()
        let result = pthread_create(
            &thread, nil,
            { argument in
                if let argument { Unmanaged<LogWriter>.fromOpaque(argument).takeRetainedValue().runWriteLoop() }
                return nil
            }, Unmanaged.passRetained(self).toOpaque())
        precondition(result == 0, "pthread_create: \(String(cString: strerror(result)))")
        pthread_detach(thread)
    }

    /// Runs until the process ends. Other threads handle signals.
    private func runWriteLoop() {
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, nil)
        var bytes = [UInt8](repeating: 0, count: 64)
        while true {
            let count = read(wakeupPipe.read, &bytes, bytes.count)
            if count > 0 || (count < 0 && errno == EINTR) { output.withLock { _ in writePending(by: .max) } } else { return }
        }
    }
}
