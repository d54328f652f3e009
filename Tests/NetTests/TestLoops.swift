import Wire

@testable import Net

/// Loops that all tests share: loops are never destroyed, so tests do not make their own.
enum TestLoops {
    static let loops = Loop.start(count: 2)
    static var loop: Loop { loops[0] }

    /// A deadline far beyond what a healthy test needs, so that a broken one fails instead of hanging.
    static var soon: Instant { .now + .seconds(20) }
}

extension Loop {
    /// Serves each connection of a new listener with `handle`, on this loop.
    func serve(_ listener: Listener, _ handle: @escaping (Net.Stream) async throws -> Void) throws {
        let queue = try listener.makeAcceptQueue()
        Loop.fork {
            while let stream = await queue.next() {
                Loop.fork {
                    try? await handle(stream)
                    stream.close()
                }
            }
        }
    }
}

/// Sends back what comes until the end comes.
func echo(_ stream: Net.Stream) async throws {
    while true {
        let bytes = try await stream.read(by: TestLoops.soon)
        if bytes.isEmpty { return }
        try await stream.write(bytes, by: TestLoops.soon)
    }
}

/// Reads exactly `count` bytes, or what comes before the end.
func collect(_ count: Int = .max, from stream: Net.Stream) async throws(StreamError) -> Bytes {
    var all: Bytes = []
    while all.count < count {
        let bytes = try await stream.read(atMost: min(Net.Stream.readSize, count - all.count), by: TestLoops.soon)
        if bytes.isEmpty { break }
        all += bytes
    }
    return all
}

/// The failure of a call that should not succeed.
func failure(_ body: () async throws(StreamError) -> Void) async -> StreamError? {
    do {
        try await body()
        return nil
    } catch {
        return error
    }
}

extension Net.Stream {
    /// Ends the TCP connection in order, but without TLS's goodbye.
    func cutOff() {
        socket.close()
    }
}
