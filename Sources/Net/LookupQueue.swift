struct LookupBounds {
    var running: Int
    var runningPerOwner: Int
    var waiting: Int
    var waitingPerOwner: Int
}

/// Decides which lookups may run: a limited number at once, in total and per owner. Waiting owners take turns.
struct LookupQueue<Item> {
    enum Admission { case run, wait, reject }

    private let bounds: LookupBounds
    private var running = 0
    private var waiting = 0
    private var runningByOwner: [String: Int] = [:]
    private var waitingByOwner: [String: [Item]] = [:]
    /// Owners with entries in `waitingByOwner`, the next one first.
    private var waitingOwners: [String] = []

    init(_ bounds: LookupBounds) { self.bounds = bounds }

    /// - Returns: `run` if the caller must start it now; `wait` if a later `finish` will return it.
    mutating func add(_ item: Item, of owner: String) -> Admission {
        if running < bounds.running, mayRun(owner) {
            begin(owner)
            return .run
        }
        let queue = waitingByOwner[owner, default: []]
        guard waiting < bounds.waiting, queue.count < bounds.waitingPerOwner else { return .reject }
        if queue.isEmpty { waitingOwners.append(owner) }
        waitingByOwner[owner, default: []].append(item)
        waiting += 1
        return .wait
    }

    /// Ends a lookup of that owner.
    /// - Returns: the lookup to start next.
    mutating func finish(of owner: String) -> Item? {
        running -= 1
        let rest = runningByOwner[owner, default: 1] - 1
        runningByOwner[owner] = rest > 0 ? rest : nil
        guard let place = waitingOwners.firstIndex(where: mayRun) else { return nil }
        let next = waitingOwners.remove(at: place)
        var queue = waitingByOwner.removeValue(forKey: next) ?? []
        let item = queue.removeFirst()
        if !queue.isEmpty {
            waitingByOwner[next] = queue
            waitingOwners.append(next)
        }
        waiting -= 1
        begin(next)
        return item
    }

    private func mayRun(_ owner: String) -> Bool { runningByOwner[owner, default: 0] < bounds.runningPerOwner }

    private mutating func begin(_ owner: String) {
        running += 1
        runningByOwner[owner, default: 0] += 1
    }
}
