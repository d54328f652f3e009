import Jobs
import Wire

extension Model {
    /// The variant for that mode; the model itself if it has no variants.
    package func variant(for mode: Mode) -> Model { variants.first { $0.modes.contains(mode) } ?? self }

    /// The part of the model with that upstream name: all of it, one variant, or several merged. Nil if nothing has the name.
    func part(upstream: String) -> Model? {
        guard !variants.isEmpty else { return self.upstream == upstream ? self : nil }
        let named = variants.filter { $0.upstream == upstream }
        return named.count > 1 ? merged(named) : named.first
    }

    /// The model with other prices; of a model with variants, those of the variants with that upstream name.
    func priced(_ prices: [Model.Price], upstream: String? = nil) -> Model {
        guard !variants.isEmpty else { return changed { $0.prices = prices } }
        let variants = variants.map { variant in
            upstream == nil || variant.upstream == upstream ? variant.changed { $0.prices = prices } : variant
        }
        return changed {
            $0.variants = variants
            $0.prices = Model.prices(of: variants)
        }
    }

    private static func prices(of variants: [Model]) -> [Model.Price] {
        let all = variants.flatMap { variant in variant.prices.map { $0.in(variants.count > 1 ? variant.modes : []) } }
        let areEqual = variants.allSatisfy { $0.prices == variants[0].prices }
        return areEqual ? variants[0].prices : all
    }

    /// The model with these variants. Its own facts are then what at least one of them supports; they have its aliases.
    func merged(_ variants: [Model]) -> Model {
        guard let first = variants.first else { return self }
        let variants = variants.map { variant in variant.changed { $0.aliases = aliases } }
        return changed { facts in
            facts.variants = variants
            facts.upstream = first.upstream
            facts.modes = Set(variants.flatMap(\.modes))
            facts.durations = variants.dropFirst().reduce(first.durations) { $0.union($1.durations) }
            facts.sizes = Model.union(variants.map(\.sizes))
            facts.resolutions = Model.union(variants.map(\.resolutions))
            facts.aspectRatios = Model.union(variants.map(\.aspectRatios))
            facts.framesPerSecond = Model.union(variants.map(\.framesPerSecond))
            facts.defaults = first.defaults
            facts.seeds = Model.union(variants.compactMap(\.seeds))
            facts.negativePrompt = variants.contains { $0.negativePrompt }
            facts.audio = variants.allSatisfy { $0.audio == first.audio } ? first.audio : .optional
            facts.maxPromptLength = variants.allSatisfy { $0.maxPromptLength != nil } ? variants.compactMap(\.maxPromptLength).max() : nil
            facts.requiresPrompt = variants.allSatisfy(\.requiresPrompt)
            facts.media = Model.union(variants.map(\.media))
            facts.fields = variants.reduce(into: []) { $0.formUnion($1.fields) }
            facts.choices = variants.reduce(into: [:]) { all, variant in all.merge(variant.choices) { Model.union([$0, $1]) } }
            facts.rules = []
            facts.prices = Model.prices(of: variants)
        }
    }

    private static func union(_ ranges: [ClosedRange<Int64>]) -> ClosedRange<Int64>? {
        ranges.first.map { first in
            ranges.reduce(first) { min($0.lowerBound, $1.lowerBound)...max($0.upperBound, $1.upperBound) }
        }
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
