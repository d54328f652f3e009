import Client
import Configuration
import Gateway
import Jobs
import Journal
import Net
import Telemetry
import Upstream
import Webhooks
import Wire

extension SharedWebhooks.Settings {
    /// - Parameter egress: the proxies for URLs that clients name.
    init(_ configuration: Configuration, egress: Egress) {
        let endpoints = configuration.keys.flatMap { key in
            key.webhooks.map {
                SharedWebhooks.Endpoint(
                    id: $0.id(of: key.name), owner: key.name, url: $0.url, secrets: $0.secrets, events: $0.events)
            }
        }
        self.init(policy: configuration.receivers, endpoints: endpoints, limits: configuration.limits) { egress.proxy(for: $0) }
    }
}

extension Application {
    /// Starts to deliver events to webhooks. Their client trusts the system's authorities only: those of an account are for its vendor.
    func startDeliveringEvents(_ configuration: Configuration) throws(Fault) {
        guard configuration.deliversEvents, let webhooks = shared.webhooks else { return }
        let tls = try Application.loadClientTLS(trusting: [])
        firstLoop.spawn { [shared, resolver] _ in
            let dispatcher = WebhookDispatcher(webhooks, telemetry: shared.telemetry, clock: { WallClock.now }) { settings in
                Client(
                    resolver: resolver, tls: tls, limits: WebhookSender.clientLimits(settings.limits),
                    privateNetworks: settings.policy.allowedNetworks)
            }
            await dispatcher.run()
        }
        shared.telemetry.observe("genlock_webhook_pending", .gauge, help: "Events that wait for delivery to webhooks.") {
            webhooks.stats.pending
        }
        shared.telemetry.observe(
            "genlock_webhook_oldest_pending_seconds", .gauge, help: "Age of the oldest event that waits for delivery; 0 without one."
        ) {
            let age = webhooks.stats.oldest.map { WallClock.now - $0 } ?? .zero
            return max(0, Int(age.components.seconds))
        }
        shared.telemetry.observe(
            "genlock_webhook_disabled_endpoints", .gauge, help: "Webhook endpoints to which nothing is sent, because they answered 410."
        ) { webhooks.stats.disabledEndpoints }
    }
}
