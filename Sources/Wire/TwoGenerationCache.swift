/// A dictionary of bounded size. When the young are many they become the old, and the old ones before them are forgotten: nobody is
/// searched for or sorted.
package struct TwoGenerationCache<Value> {
    private var young: [String: Value] = [:]
    private var old: [String: Value] = [:]
    private let maxYoung: Int

    /// - Parameter capacity: no more than so many are kept, and no fewer than half of that.
    package init(capacity: Int) { maxYoung = max(capacity / 2, 1) }

    package var count: Int { young.count + old.count }

    package subscript(name: String) -> Value? { young[name] ?? old[name] }

    package mutating func store(_ name: String, _ value: Value) {
        if young.count >= maxYoung { (old, young) = (young, [:]) }
        young[name] = value
    }
}
