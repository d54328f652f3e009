import Client
import Net
import Wire

/// Sends webhooks over one client of one loop. Redirects are not followed, and private addresses are refused unless the operator allows
/// them.
package final class WebhookSender {
    private let client: Client
    private let limits: Limits
    private let clock: () -> Timestamp

    /// - Parameter client: made with `clientLimits`, and with the networks that the operator allows.
    package init(client: Client, limits: Limits, clock: @escaping () -> Timestamp) {
        self.client = client
        self.limits = limits
        self.clock = clock
    }

    /// Limits of a client so that all phases of an attempt together take at most `webhookTimeout`.
    package static func clientLimits(_ limits: Limits) -> Limits {
        var limits = limits
        let share = limits.webhookTimeout / 5
        limits.dnsTimeout = min(limits.dnsTimeout, share)
        limits.connectTimeout = min(limits.connectTimeout, share)
        limits.bodyIdleTimeout = min(limits.bodyIdleTimeout, share)
        limits.upstreamFirstByteTimeout = share * 2
        limits.upstreamIdleTimeout = min(limits.upstreamIdleTimeout, share)
        limits.earlyResponseWait = min(limits.earlyResponseWait, share)
        return limits
    }

    /// Makes one attempt.
    /// - Parameters:
    ///   - owner: whose name lookups are counted.
    ///   - proxy: the proxy for the URL.
    package func send(_ request: WebhookRequest, owner: String, proxy: ClientRequest.Proxy?) async -> DeliveryAttempt {
        var outgoing = ClientRequest(.post, request.url, headers: request.headers, body: Pieces(request.body), onlyPublic: true)
        outgoing.purpose = .client(owner: owner)
        outgoing.proxy = proxy
        // Receivers recognize an event that arrives twice by its id.
        outgoing.isRepeatable = true
        let deadline = Instant.now + limits.webhookTimeout
        let response: ClientResponse
        do throws(ClientError) { response = try await client.send(outgoing) } catch {
            return .failure(reason: WebhookSender.reason(error))
        }
        // The status is the acknowledgement; the body is read only so that the connection can be used again.
        _ = try? await response.collect(atMost: limits.maxWebhookResponseBytes, by: deadline)
        response.close()
        return .response(status: response.status, retryAfter: retryAfter(in: response.headers))
    }

    private func retryAfter(in headers: Headers) -> Duration? {
        guard let text = headers[.retryAfter] else { return nil }
        if let seconds = Int64(text), seconds >= 0 { return .seconds(min(seconds, 1 << 32)) }
        return Timestamp(httpDate: text).map { $0 - (headers[.date].flatMap { Timestamp(httpDate: $0) } ?? clock()) }
    }

    /// A client error's detail names the host at most, never the path or query of the URL.
    private static func reason(_ error: ClientError) -> String {
        switch error.reason {
        case .forbiddenAddress: "the host has a private address; an operator can allow its network in webhooks.allow_private"
        case .timeout, .connectTimeout: "no response in time (\(error.detail))"
        case .tls: "TLS failed (\(error.detail))"
        default: "\(error.reason.rawValue): \(error.detail)"
        }
    }
}
