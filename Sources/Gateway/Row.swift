/// Ids in the order in which they came, for tables that forget the oldest first.
struct Row: Sendable {
    private var ids: [String] = []
    private var head = 0

    mutating func append(_ id: String) { ids.append(id) }

    mutating func popFirst() -> String? {
        guard head < ids.count else { return nil }
        defer {
            head += 1
            // What was taken goes when it is most of the row, so that each id is moved once at most.
            if head > 1024, head * 2 > ids.count {
                ids.removeFirst(head)
                head = 0
            }
        }
        return ids[head]
    }
}
