import Crypto
import Jobs
import Wire

extension Configuration {
    /// A receiver of the events of a key's jobs.
    package struct Webhook: Sendable, Equatable {
        package var url: String
        /// The newest first. While a secret is replaced, deliveries are signed with two.
        package var secrets: [WebhookSecret]
        package var events: Set<JobEvent>

        package init(url: String, secrets: [WebhookSecret], events: Set<JobEvent>) {
            self.url = url
            self.secrets = secrets
            self.events = events
        }

        /// The id of the endpoint: the same after a restart, and in every program with the same configuration.
        package func id(of owner: String) -> String { "cfg_" + SHA256.digest(of: "\(owner)\0\(url)").hex.prefix(24) }

        static let example = "a webhook like { url: https://example.com/hook, secret: \"${WEBHOOK_SECRET}\" }"
        private static let memberNames = ["url", "secret", "events"]
        private static let maxSecrets = 2

        init?(_ node: YAMLNode, policy: ReceiverPolicy, _ decoder: ConfigurationDecoder) {
            guard let members = decoder.members(node, Webhook.example, keys: Webhook.memberNames, kept: ["url", "secret"]) else {
                return nil
            }
            for required in ["url", "secret"] where members[required] == nil {
                decoder.addError(node.location, "this webhook has no \(required)")
            }
            let url = members["url"].flatMap { Webhook.url($0, policy: policy, decoder) }
            let secrets = members["secret"].flatMap { Webhook.secrets($0, decoder) }
            let events = members["events"].map { Webhook.events($0, decoder) } ?? Set(JobEvent.allCases)
            guard let url, let secrets else { return nil }
            self.init(url: url, secrets: secrets, events: events)
        }

        /// The errors do not show the URL or a secret: a URL may hold a token.
        private static func url(_ node: YAMLNode, policy: ReceiverPolicy, _ decoder: ConfigurationDecoder) -> String? {
            guard let text = decoder.text(node, expected: "an https URL") else { return nil }
            do throws(ReceiverPolicy.RefusedURL) { return try policy.check(text).text } catch {
                decoder.addError(node.location, "the URL of a webhook cannot be used: \(error.reason)")
                return nil
            }
        }

        private static func secrets(_ node: YAMLNode, _ decoder: ConfigurationDecoder) -> [WebhookSecret]? {
            let nodes = decoder.elements(node)
            guard (1...maxSecrets).contains(nodes.count) else {
                decoder.addError(
                    node.location,
                    "a webhook needs one secret, or two while it is replaced, the new one first (genlock webhooks secret makes one)")
                return nil
            }
            let secrets = nodes.compactMap { node -> WebhookSecret? in
                guard let text = decoder.text(node, expected: WebhookSecret.expected) else { return nil }
                do throws(WebhookSecret.FormatError) { return try WebhookSecret(parsing: Secret(text)) } catch {
                    decoder.addError(node.location, "the secret of a webhook cannot be used: \(error.reason)")
                    return nil
                }
            }
            return secrets.count == nodes.count ? secrets : nil
        }

        private static func events(_ node: YAMLNode, _ decoder: ConfigurationDecoder) -> Set<JobEvent> {
            let names = JobEvent.allCases.map(\.rawValue).joined(separator: ", ")
            let events = decoder.elements(node).compactMap { decoder.value($0, expected: "one of \(names)", JobEvent.init(rawValue:)) }
            if events.isEmpty { decoder.addError(node.location, "a webhook needs events: some of \(names)") }
            return Set(events)
        }
    }

    /// Reads `webhooks: { allow_private: [10.0.0.0/8] }`.
    mutating func readReceiverPolicy(_ node: YAMLNode, _ decoder: ConfigurationDecoder) {
        guard let members = decoder.members(node, "{ allow_private: [10.0.0.0/8] }", keys: ["allow_private"]),
            let networks = members["allow_private"]
        else { return }
        receivers.allowedNetworks = decoder.elements(networks).compactMap {
            decoder.value($0, expected: "an address or network like 127.0.0.1 or 10.0.0.0/8") { IPRange($0) }
        }
    }
}

extension Configuration.Key {
    static func readWebhooks(_ node: YAMLNode, policy: ReceiverPolicy, _ decoder: ConfigurationDecoder) -> [Configuration.Webhook] {
        let webhooks = decoder.elements(node).compactMap { Configuration.Webhook($0, policy: policy, decoder) }
        var urls: Set<String> = []
        for webhook in webhooks where !urls.insert(webhook.url).inserted {
            decoder.addError(node.location, "this key has two webhooks with the same URL: join their events")
        }
        return webhooks
    }
}
