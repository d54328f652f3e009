import Wire

/// A one-shot timer of a loop. It runs its action on the loop, unless it is cancelled before.
package final class Timer {
    let action: () -> Void
    fileprivate(set) var due: Instant
    /// Index in the heap; negative while not waiting.
    fileprivate var place = -1
    /// Timers with the same due time run in the order in which they were set.
    fileprivate var order: UInt64 = 0
    private unowned let queue: TimerQueue

    init(_ queue: TimerQueue, _ action: @escaping () -> Void) {
        self.queue = queue
        self.action = action
        self.due = .never
    }

    package var isWaiting: Bool { place >= 0 }

    /// Sets the timer to a new time, whether it is waiting or not.
    func schedule(_ due: Instant) {
        queue.schedule(self, due)
    }

    /// Does nothing if the timer has run or was cancelled. Call it on the loop.
    package func cancel() {
        queue.remove(self)
    }

    fileprivate func precedes(_ other: Timer) -> Bool {
        due == other.due ? order < other.order : due < other.due
    }

    fileprivate func place(_ due: Instant, _ order: UInt64) {
        self.due = due
        self.order = order
    }
}

/// A binary heap of timers that know their index, so that moving and cancelling one costs O(log n).
final class TimerQueue {
    // Only the loop's thread uses these, never recursively: exclusivity is not checked at run time.
    @exclusivity(unchecked) private var heap: [Timer] = []
    @exclusivity(unchecked) private var arrivals: UInt64 = 0

    var first: Instant? { heap.first?.due }
    var count: Int { heap.count }

    func schedule(_ timer: Timer, _ due: Instant) {
        remove(timer)
        arrivals += 1
        timer.place(due, arrivals)
        timer.place = heap.count
        heap.append(timer)
        rise(timer.place)
    }

    func remove(_ timer: Timer) {
        let hole = timer.place
        guard hole >= 0 else { return }
        let last = heap.removeLast()
        timer.place = -1
        guard last !== timer else { return }
        put(last, hole)
        rise(hole)
        sink(last.place)
    }

    /// Runs the timers that are due. One that an action sets for now or earlier waits for the next call.
    func run(until now: Instant) {
        let newest = arrivals
        while let timer = heap.first, timer.due <= now, timer.order <= newest {
            remove(timer)
            timer.action()
        }
    }

    private func put(_ timer: Timer, _ place: Int) {
        heap[place] = timer
        timer.place = place
    }

    private func rise(_ start: Int) {
        var place = start
        let timer = heap[place]
        while place > 0, timer.precedes(heap[(place - 1) / 2]) {
            put(heap[(place - 1) / 2], place)
            place = (place - 1) / 2
        }
        put(timer, place)
    }

    private func sink(_ start: Int) {
        var place = start
        let timer = heap[place]
        while true {
            var child = 2 * place + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, heap[child + 1].precedes(heap[child]) { child += 1 }
            guard heap[child].precedes(timer) else { break }
            put(heap[child], place)
            place = child
        }
        put(timer, place)
    }
}
