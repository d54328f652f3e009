import Wire

/// Orders accounts at random by weight: each next one is drawn from the rest, with a probability in proportion to its weight.
package enum WeightedShuffle {
    /// - Parameter random: returns numbers uniformly distributed in 0..<1.
    /// - Returns: the indices of `weights` in their order.
    package static func order(_ weights: [Int], random: () -> Double) -> [Int] {
        var left = Array(weights.indices)
        var result: [Int] = []
        while !left.isEmpty {
            let total = left.reduce(0) { $0 + max(weights[$1], 1) }
            var remainder = random() * Double(total)
            let drawn = left.firstIndex { place in
                remainder -= Double(max(weights[place], 1))
                return remainder < 0
            }
            result.append(left.remove(at: drawn ?? left.count - 1))
        }
        return result
    }
}
