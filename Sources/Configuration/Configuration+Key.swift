import Jobs
import Wire

extension Configuration {
    /// The API key of a client, with its permissions. Only its hash is stored.
    package struct Key: Sendable, Equatable {
        /// The owner of the jobs that are created with it.
        package var name: String
        /// SHA-256 of the key's text.
        package var sha256: Bytes
        package var models: [ModelPattern]
        package var rate: Rate?
        package var budget: Budget?
        package var unpriced = Unpriced.refuse
        /// Whether it may read information about the server: `/metrics`, the detail of `/readyz`.
        package var isAdmin = false
        /// Receivers of the events of its jobs.
        package var webhooks: [Webhook] = []
        package var location: SettingLocation

        /// How a key with a budget may use a model without a known price.
        package enum Unpriced: Sendable, Equatable {
            case refuse
            /// Its jobs do not count against the budget.
            case allow
            /// Each job counts as this amount.
            case count(Money)

            static let expected = "refuse, allow, or the amount that such a job counts as, like 1.00 USD"

            init?(_ text: String) {
                switch text {
                case "refuse": self = .refuse
                case "allow": self = .allow
                default:
                    guard let budget = Budget(text), budget.period == nil else { return nil }
                    self = .count(budget.amount)
                }
            }
        }

        /// A key made by the program itself, for every model.
        package init(name: String, sha256: Bytes) {
            (self.name, self.sha256, location, models) = (name, sha256, .named("genlock"), ModelPattern("*").map { [$0] } ?? [])
        }

        package func allows(_ model: String) -> Bool { models.contains { $0.matches(model) } }

        static let hashExpected = "the SHA-256 of a key, 64 hexadecimal digits (made by: genlock keys new NAME)"
        private static let memberNames = ["name", "sha256", "admin", "models", "rate", "budget", "unpriced", "webhooks"]

        /// - Parameter receivers: which URLs its webhooks may have.
        init?(_ node: YAMLNode, receivers: ReceiverPolicy, _ decoder: ConfigurationDecoder) {
            guard let members = decoder.members(node, "a key like { name: studio, sha256: … }", keys: Key.memberNames, kept: ["models"])
            else { return nil }
            let hash = members["sha256"].flatMap { decoder.value($0, expected: Key.hashExpected, Key.hash) }
            let name = members["name"].flatMap { decoder.text($0, expected: "a name") }
            for required in ["name", "sha256"] where members[required] == nil {
                decoder.addError(node.location, "this key has no \(required)")
            }
            let models = members["models"].flatMap { Key.models($0, decoder) }
            location = node.location
            isAdmin = members["admin"].flatMap(decoder.boolean) ?? false
            Key.warnAboutEmptyLimits(node, decoder)
            rate = members["rate"].flatMap { decoder.value($0, expected: Rate.expected, Rate.init) }
            budget = members["budget"].flatMap { decoder.value($0, expected: Budget.expected, Budget.init) }
            if let node = members["unpriced"] {
                unpriced = decoder.value(node, expected: Unpriced.expected, Unpriced.init) ?? unpriced
                if budget == nil { decoder.addError(node.location, "unpriced is for keys with a budget") }
            }
            webhooks = members["webhooks"].map { Key.readWebhooks($0, policy: receivers, decoder) } ?? []
            guard let name, let hash, decoder.isName(name, at: members["name"]?.location ?? node.location) else { return nil }
            (self.name, sha256, self.models) = (name, hash, models ?? ModelPattern("*").map { [$0] } ?? [])
        }

        /// The models that a key may use: patterns, or `none` for a key that only reads metrics. nil where a variable is empty: all models.
        private static func models(_ node: YAMLNode, _ decoder: ConfigurationDecoder) -> [ModelPattern]? {
            if case .list(let elements) = node.content, elements.isEmpty {
                decoder.addError(node, expected: "\(ModelPattern.expected), or none for a key that may use no model")
                return nil
            }
            if node.isEmpty || decoder.isBlank(node) { return nil }
            if case .scalar(let text, _) = node.content, text == "none" { return [] }
            return decoder.elements(node).compactMap { decoder.value($0, expected: ModelPattern.expected, ModelPattern.init) }
        }

        /// Reads `studio:<sha256>`, the form of `GENLOCK_KEYS`.
        init?(short node: YAMLNode, _ decoder: ConfigurationDecoder) {
            guard let text = decoder.text(node, expected: "a key") else { return nil }
            let halves = text.split(separator: ":", maxSplits: 1).map(String.init)
            guard halves.count == 2, let hash = Key.hash(halves[1]) else {
                decoder.addError(node.location, "expected keys like studio:<sha256 of the key>, with commas between")
                return nil
            }
            guard decoder.isName(halves[0], at: node.location) else { return nil }
            (name, sha256, location, models) = (halves[0], hash, node.location, ModelPattern("*").map { [$0] } ?? [])
        }

        /// Warns about limits whose variable is empty: they do not apply.
        private static func warnAboutEmptyLimits(_ node: YAMLNode, _ decoder: ConfigurationDecoder) {
            guard case .map(let entries) = node.content else { return }
            for entry in entries where ["models", "rate", "budget"].contains(entry.key) && decoder.isBlank(entry.value) {
                decoder.addWarning(
                    entry.location, "\(entry.key) of this key is empty (its variable is not set): the key has no such limit")
            }
        }

        private static func hash(_ text: String) -> Bytes? {
            Hex.bytes(text).flatMap { $0.count == 32 ? $0 : nil }
        }
    }
}
