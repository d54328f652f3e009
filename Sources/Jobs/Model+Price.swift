import Wire

extension Model {
    /// What one case of a model costs for each clip: the sum of its charges, in US dollars.
    package struct Price: Sendable, Equatable {
        package var charges: [Charge]
        /// The case it holds for, as in `Rule.when`; empty means always. The first that holds is taken.
        package var when: [String: [String]]
        /// Frames per second that tokens and megapixels are counted with where the job does not choose them.
        package var framesPerSecond: Double?
        /// Pixels of the largest frame of this case, for tokens and megapixels; nil where the size says it.
        package var pixels: Double?
        /// Whether the seconds of the videos that are given are charged too.
        package var billsSource = false
        /// A shorter clip is charged as this long.
        package var minSeconds: Double?
        /// A clip never costs less.
        package var minimum: Money?
        /// Images that are given and cost nothing, before `image` is charged for each.
        package var freeImages = 0
        package var origin = Origin()

        package init(_ amount: Money, per unit: Unit, when: [String: [String]] = [:]) {
            self.init([Charge(amount, per: unit)], when: when)
        }

        package init(_ charges: [Charge], when: [String: [String]] = [:]) {
            self.charges = charges
            self.when = when
        }

        /// What is counted. Millions of tokens are `width * height * fps * seconds / 1024 / 1,000,000`; megapixels those of all frames.
        package enum Unit: String, Sendable, CaseIterable {
            case second, clip
            case millionTokens = "million_tokens"
            case megapixel
            /// An image that is given.
            case image
        }

        package struct Charge: Sendable, Equatable {
            package var amount: Money
            package var unit: Unit
            package init(_ amount: Money, per unit: Unit) { (self.amount, self.unit) = (amount, unit) }
        }

        /// Who says so, since when, and how reliable that is.
        package struct Origin: Sendable, Equatable {
            package var source = ""
            /// `2026-11-20`, or `2026-11` where only the month is known.
            package var seen = ""
            package var confidence = Confidence.vendor
            package init() {}
        }

        package enum Confidence: String, Sendable, CaseIterable {
            /// The vendor's own list or page.
            case vendor
            /// Two others agree.
            case twoSources = "two-sources"
            /// One other says so.
            case secondHand = "second-hand"
            /// An estimate: good enough for a budget, not for an invoice.
            case uncertain
            /// The operator's own contract, from the configuration.
            case contract
        }

        /// The charge that a short list shows: by the second, else the first.
        package var main: Charge { charges.first { $0.unit == .second } ?? charges.first ?? Charge(.zero, per: .clip) }
        package var amount: Money { main.amount }
        package var unit: Unit { main.unit }

        /// Dollars for a second of the usual clip, for lists; nil where what is usual is not known.
        package func typicalSecond(of model: Model) -> Double? {
            let pixels = pixels ?? (model.defaults.frameFormat.size ?? model.sizes.first).map { Double($0.width * $0.height) }
            let rate = framesPerSecond ?? model.framesPerSecond.first
            var sum = 0.0
            for charge in charges {
                let units: Double? =
                    switch charge.unit {
                    case .second: 1
                    case .clip: model.defaults.seconds.map { 1 / $0 }
                    case .millionTokens: pixels.flatMap { pixels in rate.map { pixels * $0 / 1024 / 1_000_000 } }
                    case .megapixel: pixels.flatMap { pixels in rate.map { pixels * $0 / 1_000_000 } }
                    case .image: 0
                    }
                guard let units else { return nil }
                sum += charge.amount.dollars * units
            }
            return sum
        }
    }
}

extension Model.Durations {
    /// The longest length that can be asked for or chosen by the vendor, if there is a limit.
    package var maxSeconds: Double? {
        switch self {
        case .any, .source, .automatic: nil
        case .fixed(let seconds): seconds
        case .list(let values, _): values.max()
        case .range(let range, _, _): range.upperBound
        }
    }

    /// Whether a clip may have that length.
    package func mayEqual(_ seconds: Double) -> Bool {
        switch self {
        case .any, .source, .automatic: true
        case .fixed(let value): value == seconds
        case .list(let values, _): values.contains(seconds)
        case .range(let range, _, _): range.contains(seconds)
        }
    }
}
