/// A dictionary of bounded size. When the young are many they become the old, and the old ones before them are forgotten: nobody is
/// searched for or sorted.
struct Aging<Value> {
    private var young: [String: Value] = [:]
    private var old: [String: Value] = [:]
    private let most: Int

    /// - Parameter capacity: no more than so many are kept, and no fewer than half of that.
    init(capacity: Int) { most = max(capacity / 2, 1) }

    subscript(name: String) -> Value? { young[name] ?? old[name] }

    mutating func keep(_ name: String, _ value: Value) {
        if young.count >= most { (old, young) = (young, [:]) }
        young[name] = value
    }
}
