import Net
import Wire

/// Connects to the first of several addresses that answers (happy eyeballs, RFC 8305): attempts start one after the other with a short
/// pause, and the first to be established wins.
final class Race {
    private var running: [ObjectIdentifier: Stream] = [:]
    private var winner: Stream?
    private var lastFailure = StreamFailure.closed
    private var waiter: CheckedContinuation<Void, Never>?

    /// - Parameter headStart: the pause between two attempts.
    static func connect(
        to addresses: [Address], by deadline: Instant, on loop: Loop, headStart: Duration = Limits().connectHeadStart
    ) async throws(StreamFailure) -> Stream {
        // The usual case needs no race.
        if addresses.count == 1 { return try await Stream.connect(to: addresses[0], by: deadline) }
        let race = Race()
        for address in Race.interleaved(addresses) {
            race.start(address, by: deadline)
            await race.wait(until: min(deadline, loop.now + headStart), on: loop)
            if race.winner != nil || loop.now >= deadline { break }
        }
        while race.winner == nil, !race.running.isEmpty, loop.now < deadline { await race.wait(until: deadline, on: loop) }
        race.giveUpTheOthers()
        guard let winner = race.winner else { throw loop.now >= deadline ? .timedOut : race.lastFailure }
        return winner
    }

    /// Families in turn, the resolver's first choice first (RFC 8305 §4).
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
        do throws(StreamFailure) {
            stream = try Stream.dial(address)
        } catch {
            lastFailure = error
            return
        }
        running[ObjectIdentifier(stream)] = stream
        Loop.fork {
            do throws(StreamFailure) {
                try await stream.established(by: deadline)
                self.ended(stream, nil)
            } catch {
                self.ended(stream, error)
            }
        }
    }

    private func ended(_ stream: Stream, _ failure: StreamFailure?) {
        guard running.removeValue(forKey: ObjectIdentifier(stream)) != nil else { return stream.close() }
        if let failure {
            lastFailure = failure
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
            // Other tasks may have run since the check above, and the timer must not ring before somebody waits for it.
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

    private func giveUpTheOthers() {
        let others = running.values
        running = [:]
        for stream in others { stream.close() }
    }
}

extension Address {
    var isV6: Bool { if case .v6 = self { true } else { false } }
}
