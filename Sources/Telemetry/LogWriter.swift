import Glibc
import Synchronization
import Wire

/// Writes log lines from a thread of its own, so that no event loop waits for a terminal or a pipe. What does not fit into its buffer is
/// counted and told later; what is in the buffer at the end of the process is written by `flush()`.
package final class LogWriter: Sendable {
    private struct State {
        var pending: [UInt8] = []
        var dropped = 0
        var hasThread = false
    }

    /// Bytes that may wait; a line more is dropped.
    private let limit: Int
    private let descriptor: Int32
    private let notice: @Sendable (Int) -> [UInt8]
    private let state = Mutex(State())
    /// Held while bytes go out, so that `flush` comes behind what the thread is writing.
    private let output = Mutex(())
    /// The thread sleeps on the read end.
    private let bell: (read: Int32, write: Int32)
    private let droppedInAll = Atomic<Int>(0)

    /// Lines lost since the start.
    package var dropped: Int { droppedInAll.load(ordering: .relaxed) }

    /// - Parameter notice: the line that tells how many were dropped.
    package init(_ descriptor: Int32 = STDERR_FILENO, limit: Int = Limits().logBytes, notice: @escaping @Sendable (Int) -> [UInt8]) {
        self.notice = notice
        self.descriptor = descriptor
        self.limit = limit
        var ends: [Int32] = [-1, -1]
        precondition(pipe(&ends) == 0, "pipe: \(String(cString: strerror(errno)))")
        bell = (ends[0], ends[1])
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
    }

    /// Takes a line, with its line break. Never waits for the reader of the log.
    package func write(_ line: [UInt8]) {
        let mustRing = state.withLock { state in
            guard state.pending.count + line.count <= limit else {
                state.dropped += 1
                droppedInAll.wrappingAdd(1, ordering: .relaxed)
                return false
            }
            let wasEmpty = state.pending.isEmpty
            state.pending.append(contentsOf: line)
            if !state.hasThread {
                state.hasThread = true
                start()
            }
            return wasEmpty
        }
        if mustRing {
            var byte: UInt8 = 1
            _ = Glibc.write(bell.write, &byte, 1)
        }
    }

    /// Writes what is waiting, on the calling thread. For the end of the process.
    package func flush() {
        output.withLock { _ in
            let (bytes, dropped) = state.withLock { state in
                defer { (state.pending, state.dropped) = ([], 0) }
                return (state.pending, state.dropped)
            }
            send(bytes)
            if dropped > 0 { send(notice(dropped)) }
        }
    }

    /// A descriptor that takes nothing any more loses the rest.
    private func send(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN {
                var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&wait, 1, 1000)
                continue
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    private func start() {
        var thread = pthread_t()
        let result = pthread_create(
            &thread, nil,
            { argument in
                if let argument { Unmanaged<LogWriter>.fromOpaque(argument).takeRetainedValue().serve() }
                return nil
            }, Unmanaged.passRetained(self).toOpaque())
        precondition(result == 0, "pthread_create: \(String(cString: strerror(result)))")
        pthread_detach(thread)
    }

    /// The thread stays for good. Signals are other threads' business.
    private func serve() {
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, nil)
        var bytes = [UInt8](repeating: 0, count: 64)
        while true {
            let count = read(bell.read, &bytes, bytes.count)
            if count > 0 || (count < 0 && errno == EINTR) { flush() } else { return }
        }
    }
}
