import Glibc
import Telemetry
import Testing

/// A log whose reader has stopped to read.
struct UnreadLogTests {
    /// A pipe that takes nothing more.
    private static func fullPipe() -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        precondition(pipe(&ends) == 0)
        let flags = fcntl(ends[1], F_GETFL)
        _ = fcntl(ends[1], F_SETFL, flags | O_NONBLOCK)
        let byte = [UInt8](repeating: 0x2E, count: 1)
        while Glibc.write(ends[1], byte, 1) == 1 {}
        _ = fcntl(ends[1], F_SETFL, flags)
        return (ends[0], ends[1])
    }

    @Test(arguments: [false, true]) func `the end of the process waits for it no longer than the timeout`(threadHangs: Bool) {
        let ends = Self.fullPipe()
        let writer = LogWriter(ends.write) { _ in [] }
        writer.write(Array("a line that is never read\n".utf8))
        // The writer's own thread takes the line, and waits in front of the pipe with it.
        if threadHangs { usleep(50_000) }
        let clock = ContinuousClock()
        let span = clock.measure { writer.flush(within: .milliseconds(100)) }
        #expect(span >= .milliseconds(80) && span < .seconds(5), "\(span)")
    }

    @Test func `a reader that comes back in time gets every line`() {
        let ends = Self.fullPipe()
        let writer = LogWriter(ends.write) { _ in [] }
        let lines = (0..<2000).map { "line \($0) of a log that is read late\n" }
        for line in lines { writer.write(Array(line.utf8)) }
        let reader = ReaderThread { Self.read(ends.read, until: "line 1999 of a log that is read late\n") }
        writer.flush(within: .seconds(10))
        #expect(reader.text.drop { $0 == "." } == lines.joined()[...])
    }

    private static func read(_ descriptor: Int32, until end: String) -> String {
        usleep(50_000)
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4096)
        while !bytes.suffix(end.utf8.count).elementsEqual(end.utf8) {
            let count = Glibc.read(descriptor, &piece, piece.count)
            guard count > 0 else { break }
            bytes += piece[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Work on a thread of its own, and its result.
private final class ReaderThread: @unchecked Sendable {
    private let work: @Sendable () -> String
    private var thread = pthread_t()
    private var result = ""

    init(_ work: @escaping @Sendable () -> String) {
        self.work = work
        let made = pthread_create(
            &thread, nil,
            { argument in
                let job = Unmanaged<ReaderThread>.fromOpaque(argument!).takeUnretainedValue()
                job.result = job.work()
                return nil
            }, Unmanaged.passUnretained(self).toOpaque())
        precondition(made == 0)
    }

    var text: String {
        pthread_join(thread, nil)
        return result
    }
}
