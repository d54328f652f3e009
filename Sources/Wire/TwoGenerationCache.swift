/// A dictionary of bounded size with two generations. When the young generation is full it becomes the old one, and the previous old
/// generation is dropped: eviction neither searches nor sorts.
package struct TwoGenerationCache<Key: Hashable, Value> {
    private var young: [Key: Value] = [:]
    private var old: [Key: Value] = [:]
    private let maxYoung: Int

    /// - Parameter capacity: the maximum number of entries. At least the latest half of them is kept.
    package init(capacity: Int) { maxYoung = max(capacity / 2, 1) }

    package var count: Int { young.count + old.count }

    package subscript(key: Key) -> Value? { young[key] ?? old[key] }

    package mutating func store(_ key: Key, _ value: Value) {
        if young.count >= maxYoung { (old, young) = (young, [:]) }
        young[key] = value
    }
}
