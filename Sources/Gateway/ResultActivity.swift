import Journal
import Net
import Storage
import Synchronization
import Wire

/// What the loops share about kept results: whether there is work, and the figures for metrics.
package final class ResultActivity: Sendable {
    package struct Figures: Sendable {
        package var totals = Journal.ResultTotals()
        package var copied = 0
        package var failedCopies = 0
        package var evictedByAge = 0
        package var evictedBySize = 0
        package var served = 0
    }

    private struct Schedule {
        var isNews = true
        var nextPass = Instant.distantPast
        var runningCopies = 0
    }

    /// For all work with the folder of results.
    let threads = ThreadPool("results", limit: 4)
    /// Where `ffmpeg` is waited for.
    let imageThreads = ThreadPool("ffmpeg", queueLimit: StillImages.maxWaiting)
    private let schedule = Mutex(Schedule())
    private let figures = Mutex(Figures())
    /// Jobs of whose videos an image is being made.
    private let making = Mutex<Set<String>>([])

    /// The figures for metrics.
    package var currentFigures: Figures { figures.withLock { $0 } }

    /// Makes the next pass begin at once: a job has ended or was deleted, or a copy has ended.
    func wake() { schedule.withLock { $0.isNews = true } }

    /// Whether a pass is due. Its successor is due after that time, or when there is news.
    func beginPass(now: Instant, interval: Duration) -> Bool {
        schedule.withLock { schedule in
            guard schedule.isNews || schedule.nextPass <= now else { return false }
            (schedule.isNews, schedule.nextPass) = (false, now + interval)
            return true
        }
    }

    /// How many copies may begin.
    func freeCopies(of limit: Int) -> Int { schedule.withLock { max(limit - $0.runningCopies, 0) } }

    func beginCopy() { schedule.withLock { $0.runningCopies += 1 } }

    func endCopy() { schedule.withLock { ($0.runningCopies, $0.isNews) = ($0.runningCopies - 1, true) } }

    /// Whether the caller may make an image for that job now; end it with `endMaking`.
    func beginMaking(_ id: String) -> Bool { making.withLock { $0.insert(id).inserted } }

    func endMaking(_ id: String) { making.withLock { _ = $0.remove(id) } }

    func update(_ change: (inout Figures) -> Void) { figures.withLock { change(&$0) } }
}
