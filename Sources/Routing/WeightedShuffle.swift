import Wire

/// Orders accounts by weight at random: each place is drawn from those left, in proportion to their weights.
package enum WeightedShuffle {
    /// - Parameter random: gives numbers spread evenly over 0..<1.
    package static func order(_ weights: [Int], random: () -> Double) -> [Int] {
        var left = Array(weights.indices)
        var result: [Int] = []
        while !left.isEmpty {
            let total = left.reduce(0) { $0 + max(weights[$1], 1) }
            var mark = random() * Double(total)
            let drawn = left.firstIndex { place in
                mark -= Double(max(weights[place], 1))
                return mark < 0
            }
            result.append(left.remove(at: drawn ?? left.count - 1))
        }
        return result
    }
}
