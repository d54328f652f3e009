extension Configuration {
    /// A name that clients use, and what is tried for it in order.
    package struct Alias: Sendable, Equatable {
        package var name: String
        package var tries: [Try]
        package var place: Place

        package struct Try: Sendable, Equatable {
            /// `account-or-vendor/model`, or a model's name where it is unambiguous.
            package var model: String
            package var adapt = Adapt.nearest
            package var onFailure = OnFailure.stop
            package var place: Place
        }

        /// What happens to a value that the model does not take.
        package enum Adapt: String, Sendable, CaseIterable {
            /// It is refused, with what would be accepted.
            case strict
            /// The nearest allowed value takes its place, and the answer says so.
            case nearest
        }

        /// What happens when a job that was accepted fails at its vendor.
        package enum OnFailure: String, Sendable, CaseIterable {
            case stop
            /// It is offered to the next try.
            case next
        }

        private static let mostTries = 16

        init?(_ entry: YAMLNode.Entry, _ reading: Reading) {
            guard ModelPattern(entry.key) != nil, !entry.key.contains("*") else {
                reading.refuse(entry.place, "expected a model name without spaces and *, found \"\(entry.key.prefix(80))\"")
                return nil
            }
            let elements = reading.elements(entry.value)
            guard (1...Alias.mostTries).contains(elements.count) else {
                reading.refuse(entry.value.place, "the alias \"\(entry.key)\" needs 1 to \(Alias.mostTries) models, has \(elements.count)")
                return nil
            }
            (name, place, tries) = (entry.key, entry.place, elements.compactMap { Try($0, reading) })
            guard tries.count == elements.count else { return nil }
        }
    }
}

extension Configuration.Alias.Try {
    init?(_ node: YAMLNode, _ reading: Reading) {
        let expected = "a model like vendor/model, or { model: vendor/model, adapt: nearest }"
        place = node.place
        if case .scalar = node.content {
            guard let model = Self.model(node, reading, expected) else { return nil }
            self.model = model
            return
        }
        guard let members = reading.members(node, expected, keys: ["model", "adapt", "on_failure"]) else { return nil }
        guard let named = members["model"] else {
            reading.refuse(node.place, "this try has no model")
            return nil
        }
        guard let model = Self.model(named, reading, "a model like vendor/model") else { return nil }
        self.model = model
        if let node = members["adapt"] { adapt = reading.choice(node, Configuration.Alias.Adapt.self) ?? adapt }
        if let node = members["on_failure"] { onFailure = reading.choice(node, Configuration.Alias.OnFailure.self) ?? onFailure }
    }

    private static func model(_ node: YAMLNode, _ reading: Reading, _ expected: String) -> String? {
        reading.value(node, expected: expected) { $0.contains("*") ? nil : ModelPattern($0)?.description }
    }
}
