import Jobs
import Wire

extension Model {
    /// The variant for that mode; the model itself if it has no variants.
    package func variant(for mode: Mode) -> Model {
        guard var variant = variants.first(where: { $0.modes.contains(mode) }) else { return self }
        variant.aliases = aliases
        return variant
    }

    /// The part of the model with that upstream name: all of it, one variant, or several merged. Nil if nothing has the name.
    func part(upstream: String) -> Model? {
        guard !variants.isEmpty else { return self.upstream == upstream ? self : nil }
        let named = variants.filter { $0.upstream == upstream }
        guard named.count > 1 else { return named.first }
        var part = self
        part.merge(named)
        return part
    }

    /// Replaces the prices of the model, or of its variants with that upstream name.
    mutating func setPrices(_ prices: [Model.Price], upstream: String? = nil) {
        guard !variants.isEmpty else {
            self.prices = prices
            return
        }
        for place in variants.indices where upstream == nil || variants[place].upstream == upstream { variants[place].prices = prices }
        self.prices = Model.prices(of: variants)
    }

    private static func prices(of variants: [Model]) -> [Model.Price] {
        let all = variants.flatMap { variant in variant.prices.map { $0.in(variants.count > 1 ? variant.modes : []) } }
        let areEqual = variants.allSatisfy { $0.prices == variants[0].prices }
        return areEqual ? variants[0].prices : all
    }

    /// Sets the variants, and the model's own facts to what at least one of them supports.
    mutating func merge(_ variants: [Model]) {
        guard let first = variants.first else { return }
        self.variants = variants
        upstream = first.upstream
        modes = Set(variants.flatMap(\.modes))
        durations = variants.dropFirst().reduce(first.durations) { $0.union($1.durations) }
        sizes = Model.union(variants.map(\.sizes))
        resolutions = Model.union(variants.map(\.resolutions))
        aspectRatios = Model.union(variants.map(\.aspectRatios))
        framesPerSecond = Model.union(variants.map(\.framesPerSecond))
        defaults = first.defaults
        let seeds = variants.compactMap(\.seeds)
        self.seeds = seeds.first.map { first in
            seeds.reduce(first) { min($0.lowerBound, $1.lowerBound)...max($0.upperBound, $1.upperBound) }
        }
        negativePrompt = variants.contains { $0.negativePrompt }
        audio = variants.allSatisfy { $0.audio == first.audio } ? first.audio : .optional
        maxPromptLength = variants.allSatisfy { $0.maxPromptLength != nil } ? variants.compactMap(\.maxPromptLength).max() : nil
        requiresPrompt = variants.allSatisfy(\.requiresPrompt)
        media = Model.union(variants.map(\.media))
        fields = variants.reduce(into: []) { $0.formUnion($1.fields) }
        choices = variants.reduce(into: [:]) { all, variant in all.merge(variant.choices) { Model.union([$0, $1]) } }
        rules = []
        prices = Model.prices(of: variants)
    }

    private static func union<Value: Equatable>(_ lists: [[Value]]) -> [Value] {
        lists.joined().reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    private static func union(_ lists: [[MediaLimit]]) -> [MediaLimit] {
        lists.joined().reduce(into: []) { all, limit in
            guard let place = all.firstIndex(where: { $0.kind == limit.kind && $0.role == limit.role }) else { return all.append(limit) }
            if limit.maxCount > all[place].maxCount { all[place] = limit }
        }
    }
}
