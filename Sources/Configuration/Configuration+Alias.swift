extension Configuration {
    /// A name that clients use, with the models to try in order.
    package struct Alias: Sendable, Equatable {
        package var name: String
        package var tries: [Try]
        package var location: SettingLocation

        package struct Try: Sendable, Equatable {
            /// `account-or-vendor/model`, or a model name that is unambiguous.
            package var model: String
            package var adapt = Adapt.nearest
            package var onFailure = OnFailure.stop
            package var location: SettingLocation
        }

        /// How to handle a value that the model does not support.
        package enum Adapt: String, Sendable, CaseIterable {
            /// Refuse it, with the accepted values.
            case strict
            /// Use the nearest supported value, and say so in the response.
            case nearest
        }

        /// How to handle an accepted job that fails at its vendor.
        package enum OnFailure: String, Sendable, CaseIterable {
            case stop
            /// Fail over to the next try.
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
