import Net
import Wire

/// Connects to the first of several addresses that accepts (happy eyeballs, RFC 8305): attempts start one after the other, a short delay
/// apart, and the first established connection wins.
final class HappyEyeballs {
    private var running: [ObjectIdentifier: Stream] = [:]
    private var winner: Stream?
    private var lastError = StreamError.closed
    private var waiter: CheckedContinuation<Void, Never>?

    /// - Parameter attemptDelay: the delay between the starts of two attempts.
    static func connect(
        to addresses: [Address], by deadline: Instant, on loop: Loop, attemptDelay: Duration = Limits().connectAttemptDelay
    ) async throws(StreamError) -> Stream {
        // The usual case: nothing to race.
        if addresses.count == 1 { return try await Stream.connect(to: addresses[0], by: deadline) }
        let attempts = HappyEyeballs()
        for address in HappyEyeballs.interleaved(addresses) {
            attempts.start(address, by: deadline)
            await attempts.wait(until: min(deadline, loop.now + attemptDelay), on: loop)
            if attempts.winner != nil || loop.now >= deadline { break }
        }
        while attempts.winner == nil, !attempts.running.isEmpty, loop.now < deadline { await attempts.wait(until: deadline, on: loop) }
        attempts.closeOthers()
        guard let winner = attempts.winner else { throw loop.now >= deadline ? .timedOut : attempts.lastError }
        return winner
    }

    /// Address families alternate, beginning with the resolver's first choice (RFC 8305 §4).
    static func interleaved(_ addresses: [Address]) -> [Address] {
        var first: [Address] = []
        var other: [Address] = []
        for address in addresses {
            if address.isV6 == addresses[0].isV6 { first.append(address) } else { other.append(address) }
        }
        var result: [Address] = []
        for place in 0..<max(first.count, other.count) {
            if place < first.count { result.append(first[place]) }
            if place < other.count { result.append(other[place]) }
        }
        return result
    }

    private func start(_ address: Address, by deadline: Instant) {
        let stream: Stream
        do throws(StreamError) {
            stream = try Stream.dial(address)
        } catch {
            lastError = error
            return
        }
        running[ObjectIdentifier(stream)] = stream
        Loop.fork {
            do throws(StreamError) {
                try await stream.waitUntilConnected(by: deadline)
                self.attemptEnded(stream, nil)
            } catch {
                self.attemptEnded(stream, error)
            }
        }
    }

    private func attemptEnded(_ stream: Stream, _ failure: StreamError?) {
        guard running.removeValue(forKey: ObjectIdentifier(stream)) != nil else { return stream.close() }
        if let failure {
            lastError = failure
            stream.close()
        } else if winner == nil {
            winner = stream
        } else {
            stream.close()
        }
        wake()
    }

    private func wait(until due: Instant, on loop: Loop) async {
        guard winner == nil, !running.isEmpty else { return }
        var timer: Timer?
        await withCheckedContinuation { continuation in
            // Other tasks may have run since the check above, and the timer must not fire before the task waits.
            guard winner == nil, !running.isEmpty, due > loop.now else { return continuation.resume() }
            waiter = continuation
            timer = loop.after(due - loop.now) { [weak self] in self?.wake() }
        }
        timer?.cancel()
    }

    private func wake() {
        let woken = waiter
        waiter = nil
        woken?.resume()
    }

    private func closeOthers() {
        let others = running.values
        running = [:]
        for stream in others { stream.close() }
    }
}

extension Address {
    var isV6: Bool { if case .v6 = self { true } else { false } }
}
