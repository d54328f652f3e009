import Net
import Synchronization

/// Records events of a handler for the test.
final class EventLog: Sendable {
    private let events = Mutex<[String]>([])

    func record(_ text: String) { events.withLock { $0.append(text) } }

    var all: [String] { events.withLock { $0 } }

    /// All notes once there are that many, at the latest after half a minute.
    func all(_ count: Int) async -> [String] {
        for _ in 0..<3000 where all.count < count { await TestServer.loops[2].run { loop in await loop.sleep(for: .milliseconds(10)) } }
        return all
    }

    /// Waits for a note that has not been taken yet; "nothing" after ten seconds.
    func next() async -> String {
        for _ in 0..<1000 {
            if let note = events.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { return note }
            await TestServer.loops[2].run { loop in await loop.sleep(for: .milliseconds(10)) }
        }
        return "nothing"
    }
}
