import Jobs
import Wire

extension Model {
    /// The model that does the work in that mode, alone.
    package func variant(for mode: Mode) -> Model {
        guard var variant = variants.first(where: { $0.modes.contains(mode) }) else { return self }
        variant.aliases = aliases
        return variant
    }

    /// What goes by that name at the vendor: the whole, or those of its variants that do. Nil if nothing does.
    func part(upstream: String) -> Model? {
        guard !variants.isEmpty else { return self.upstream == upstream ? self : nil }
        let named = variants.filter { $0.upstream == upstream }
        guard named.count > 1 else { return named.first }
        var part = self
        part.merge(named)
        return part
    }

    /// Gives the model, or those of its variants that the vendor calls so, other prices.
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
        // Most vendors charge the same in all modes.
        let isSame = variants.allSatisfy { $0.prices == variants[0].prices }
        return isSame ? variants[0].prices : all
    }

    /// Takes the variants in, so that the facts of the whole say what at least one of them can do.
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

extension Model.Price {
    /// The same price in these modes only.
    fileprivate func `in`(_ modes: Set<Model.Mode>) -> Model.Price {
        guard !modes.isEmpty, when["mode"] == nil else { return self }
        var price = self
        price.when["mode"] = modes.map(\.rawValue).sorted()
        return price
    }
}
