import CLinux
import Glibc
import Wire

/// Receives signals of the process on a loop: `while let number = await signals.next()`.
package final class Signals {
    private let socket: Socket
    private let numbers: [Int32]
    private let writeEnd: Int32
    private var arrived: ArraySlice<UInt8> = []

    /// Receives the signals until `close()`; their default action (ending the process) is disabled. Runs on a loop.
    package init(_ numbers: [Int32] = [SIGTERM, SIGINT, SIGHUP]) throws(StreamError) {
        guard let loop = Loop.current else { preconditionFailure("signals must be received on a loop") }
        var ends: (Int32, Int32) = (-1, -1)
        let result = withUnsafeMutableBytes(of: &ends) { linux_pipe($0.baseAddress!.assumingMemoryBound(to: Int32.self)) }
        guard result == 0 else { throw .system(-result) }
        writeEnd = ends.1
        self.numbers = numbers
        socket = try Socket(adopting: ends.0, on: loop, hasOutput: false)
        for number in numbers { _ = linux_signal_forward(number, writeEnd) }
    }

    /// Ignores signals that would otherwise end the process.
    package static func ignore(_ numbers: [Int32]) { for number in numbers { linux_signal_ignore(number) } }

    /// The next signal; nil after `close()`.
    package func next() async -> Int32? {
        while true {
            if let byte = arrived.popFirst() { return Int32(byte) }
            guard socket.isOpen else { return nil }
            let bytes = Bytes(unsafeUninitializedCapacity: 64) { room, filled in
                filled = max(0, linux_read(socket.descriptor, room.baseAddress, 64))
            }
            arrived = bytes[...]
            guard bytes.isEmpty else { continue }
            socket.hasInput = false
            do { try await socket.wait(.reader, for: .input, by: .never) } catch { return nil }
        }
    }

    /// Restores the default action of the signals, and ends `next()`.
    package func close() {
        guard socket.isOpen else { return }
        for number in numbers { linux_signal_default(number) }
        socket.close()
        _ = linux_close(writeEnd)
    }

    deinit { close() }
}
