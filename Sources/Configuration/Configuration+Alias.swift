extension Configuration {
    /// A name that clients use, and what is tried for it in order.
    package struct Alias: Sendable, Equatable {
        package var name: String
        package var tries: [Try]
        package var location: SettingLocation

        package struct Try: Sendable, Equatable {
            /// `account-or-vendor/model`, or a model's name where it is unambiguous.
            package var model: String
            package var adapt = Adapt.nearest
            package var onFailure = OnFailure.stop
            package var location: SettingLocation
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

        private static let maxTries = 16

        init?(_ entry: YAMLNode.Entry, _ decoder: ConfigurationDecoder) {
            guard ModelPattern(entry.key) != nil, !entry.key.contains("*") else {
                decoder.addError(entry.location, "expected a model name without spaces and *, found \"\(entry.key.prefix(80))\"")
                return nil
            }
            let elements = decoder.elements(entry.value)
            guard (1...Alias.maxTries).contains(elements.count) else {
                decoder.addError(
                    entry.value.location, "the alias \"\(entry.key)\" needs 1 to \(Alias.maxTries) models, has \(elements.count)")
                return nil
            }
            (name, location, tries) = (entry.key, entry.location, elements.compactMap { Try($0, decoder) })
            guard tries.count == elements.count else { return nil }
        }
    }
}

extension Configuration.Alias.Try {
    init?(_ node: YAMLNode, _ decoder: ConfigurationDecoder) {
        let expected = "a model like vendor/model, or { model: vendor/model, adapt: nearest }"
        location = node.location
        if case .scalar = node.content {
            guard let model = Self.model(node, decoder, expected: expected) else { return nil }
            self.model = model
            return
        }
        guard let members = decoder.members(node, expected, keys: ["model", "adapt", "on_failure"]) else { return nil }
        guard let named = members["model"] else {
            decoder.addError(node.location, "this try has no model")
            return nil
        }
        guard let model = Self.model(named, decoder, expected: "a model like vendor/model") else { return nil }
        self.model = model
        if let node = members["adapt"] { adapt = decoder.choice(node, Configuration.Alias.Adapt.self) ?? adapt }
        if let node = members["on_failure"] { onFailure = decoder.choice(node, Configuration.Alias.OnFailure.self) ?? onFailure }
    }

    private static func model(_ node: YAMLNode, _ decoder: ConfigurationDecoder, expected: String) -> String? {
        decoder.value(node, expected: expected) { $0.contains("*") ? nil : ModelPattern($0)?.description }
    }
}
