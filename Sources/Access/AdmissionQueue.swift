import Seal
import Wire

/// The creates that wait for slots, with one line per account.
///
/// The owners in a line take turns, and each owner's creates keep their order, so that one owner's hundred jobs do not delay another
/// owner's single job. Creates are identified by numbers. Every change takes amortized constant time.
struct AdmissionQueue {
    private struct Waiting {
        let owner: Owner
        let accounts: [String]
    }

    private struct Line {
        /// Each owner with an entry in `numbers`, in the order of their turns.
        var owners = FIFOQueue<Owner>()
        /// May contain numbers that have left the queue.
        var numbers: [Owner: FIFOQueue<Int>] = [:]
        var live = 0
        var dead = 0
    }

    private let capacity: Int
    private var waiting: [Int: Waiting] = [:]
    private var lines: [String: Line] = [:]
    /// Per owner, the count of waiting creates and their numbers in order of arrival. The numbers may include creates that have left.
    private var counts: [Owner: Int] = [:]
    private var arrivals: [Owner: [Int]] = [:]

    init(capacity: Int) { self.capacity = capacity }

    var isEmpty: Bool { waiting.isEmpty }
    var accounts: [String] { Array(lines.keys) }

    func count(at account: String) -> Int { lines[account]?.live ?? 0 }

    /// Adds a create to the lines of these accounts.
    ///
    /// If the queue is full, the owner with the most waiting creates loses its newest one to an owner that has fewer.
    /// - Returns: whether the create was queued, and the number of the create that was removed for it.
    mutating func insert(_ number: Int, of owner: Owner, at accounts: [String]) -> (isWaiting: Bool, displaced: Int?) {
        var displaced: Int?
        if waiting.count >= capacity {
            guard let number = newestOfLargestOwner(besides: owner) else { return (false, nil) }
            remove(number)
            displaced = number
        }
        waiting[number] = Waiting(owner: owner, accounts: accounts)
        counts[owner, default: 0] += 1
        arrivals[owner, default: []].append(number)
        for account in accounts {
            var line = lines.removeValue(forKey: account) ?? Line()
            if line.numbers[owner] == nil { line.owners.append(owner) }
            line.numbers[owner, default: FIFOQueue()].append(number)
            line.live += 1
            lines[account] = line
        }
        return (true, displaced)
    }

    /// The oldest create of the owner whose turn it is, or of the owner `turns` later; nil after the last owner.
    mutating func first(at account: String, turnsLater turns: Int = 0) -> Int? {
        guard var line = lines.removeValue(forKey: account) else { return nil }
        defer { lines[account] = line }
        var seen = 0
        var place = 0
        while place < line.owners.count {
            let owner = line.owners[place]
            while let number = line.numbers[owner]?.first, waiting[number] == nil {
                line.numbers[owner]?.popFirst()
                line.dead -= 1
            }
            if let number = line.numbers[owner]?.first {
                if seen == turns { return number }
                seen += 1
                place += 1
            } else {
                line.numbers[owner] = nil
                _ = line.owners.remove(at: place)
            }
        }
        return nil
    }

    /// Removes a create that an account admitted: its owner's next turn there comes after all others.
    mutating func admit(_ number: Int, at account: String) {
        guard let owner = waiting[number]?.owner else { return }
        remove(number)
        guard var line = lines.removeValue(forKey: account) else { return }
        if line.owners.first == owner {
            line.owners.popFirst()
            line.owners.append(owner)
        } else if let place = (0..<line.owners.count).first(where: { line.owners[$0] == owner }) {
            line.owners.append(line.owners.remove(at: place))
        }
        lines[account] = line
    }

    /// Removes a create; does nothing if it is not waiting.
    mutating func remove(_ number: Int) {
        guard let gone = waiting.removeValue(forKey: number) else { return }
        let left = (counts[gone.owner] ?? 1) - 1
        counts[gone.owner] = left > 0 ? left : nil
        if left == 0 { arrivals[gone.owner] = nil } else { trimArrivals(of: gone.owner, live: left) }
        for account in gone.accounts {
            lines[account]?.live -= 1
            lines[account]?.dead += 1
            compact(account)
        }
    }

    /// Removes an empty line, and cleans a line in which most creates have left.
    private mutating func compact(_ account: String) {
        guard let line = lines[account] else { return }
        if line.live == 0 {
            lines[account] = nil
        } else if line.dead > line.live + 64 {
            for owner in line.numbers.keys { lines[account]?.numbers[owner]?.removeAll { waiting[$0] == nil } }
            lines[account]?.dead = 0
        }
    }

    private mutating func trimArrivals(of owner: Owner, live: Int) {
        guard let numbers = arrivals[owner], numbers.count > 2 * live + 64 else { return }
        arrivals[owner] = numbers.filter { waiting[$0] != nil }
    }

    /// - Returns: nil unless another owner has at least two more waiting creates.
    private mutating func newestOfLargestOwner(besides owner: Owner) -> Int? {
        guard let (largest, count) = counts.max(by: { $0.value < $1.value }), count > (counts[owner] ?? 0) + 1 else { return nil }
        while let number = arrivals[largest]?.popLast() { if waiting[number] != nil { return number } }
        return nil
    }
}
