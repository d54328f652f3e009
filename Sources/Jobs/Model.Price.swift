import Wire

extension Model {
    /// The price of one video in one case: the sum of its charges, in US dollars.
    package struct Price: Sendable, Equatable {
        package var charges: [Charge]
        /// The case, as in `Rule.when`; empty means always. Of several prices, the first that matches applies.
        package var when: [String: [String]]
        /// The frame rate for counting tokens and megapixels, if the job does not choose one.
        package var framesPerSecond: Double?
        /// The pixels of the largest frame in this case, for counting tokens and megapixels; nil if the size gives them.
        package var pixels: Double?
        /// Whether the seconds of input videos are charged too.
        package var billsSource = false
        /// A shorter video is charged as this long.
        package var minSeconds: Double?
        /// A video never costs less.
        package var minimum: Money?
        /// The number of input images that cost nothing; `image` is charged for each further one.
        package var freeImages = 0
        package var origin = Origin()

        package init(_ amount: Money, per unit: Unit, when: [String: [String]] = [:]) {
            self.init([Charge(amount, per: unit)], when: when)
        }

        package init(_ charges: [Charge], when: [String: [String]] = [:]) {
            self.charges = charges
            self.when = when
        }

        /// What is counted. Millions of tokens are `width * height * fps * seconds / 1024 / 1,000,000`; megapixels are those of all frames.
        package enum Unit: String, Sendable, CaseIterable {
            case second, clip
            case millionTokens = "million_tokens"
            case megapixel
            /// An input image.
            case image
        }

        /// An amount for each unit.
        package struct Charge: Sendable, Equatable {
            package var amount: Money
            package var unit: Unit
            package init(_ amount: Money, per unit: Unit) { (self.amount, self.unit) = (amount, unit) }
        }

        /// The source of a price, its date, and how reliable it is.
        package struct Origin: Sendable, Equatable {
            /// A URL, or the name of a file.
            package var source = ""
            /// `2026-11-20`, or `2026-11` where only the month is known.
            package var seen = ""
            package var confidence = Confidence.vendor
            package init() {}
        }

        package enum Confidence: String, Sendable, CaseIterable {
            /// The vendor's own list or page.
            case vendor
            /// Two other sources agree.
            case twoSources = "two-sources"
            /// One other source.
            case secondHand = "second-hand"
            /// An estimate: good enough for a budget, not for an invoice.
            case uncertain
            /// The operator's contract, from the configuration.
            case contract
        }

        /// The charge that a short list shows: the one per second, else the first.
        package var main: Charge { charges.first { $0.unit == .second } ?? charges.first ?? Charge(.zero, per: .clip) }
        package var amount: Money { main.amount }
        package var unit: Unit { main.unit }

        /// Dollars per second of a video with the model's default length and size, for lists; nil if the defaults are unknown.
        package func typicalSecond(of model: Model) -> Double? {
            let pixels = pixels ?? (model.defaults.frameFormat.size ?? model.sizes.first).map(\.pixels)
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
