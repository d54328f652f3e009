import Configuration
import Jobs
import Journal
import Wire

/// Lists endpoints of webhooks and deliveries to them, as text or JSON. Secrets and the query of a URL are not shown.
struct WebhookList {
    /// An endpoint of the configuration, of the journal or of a server.
    struct Endpoint {
        var id: String
        var owner: String?
        var name: String?
        var url: String
        var events: [String]
        /// Since when, and why, nothing is sent to it.
        var disabled: String?
    }

    static let maxEndpoints = 10_000

    private(set) var endpoints: [Endpoint] = []
    var deliveries: [DeliveryRecord]?

    /// Adds the endpoints of the configuration.
    /// - Parameter owner: nil for all owners.
    mutating func add(_ keys: [Configuration.Key], of owner: String?) {
        for key in keys where owner == nil || key.name == owner {
            for webhook in key.webhooks {
                endpoints.append(
                    Endpoint(
                        id: webhook.id(of: key.name), owner: key.name, url: WebhookList.shown(webhook.url),
                        events: JobEvent.allCases.filter(webhook.events.contains).map(\.rawValue)))
            }
        }
    }

    mutating func add(_ found: [WebhookEndpoint]) {
        endpoints += found.map { endpoint in
            Endpoint(
                id: endpoint.id, owner: endpoint.owner, name: endpoint.name, url: WebhookList.shown(endpoint.url),
                events: endpoint.events.map(\.rawValue))
        }
    }

    /// Adds the endpoints that a server has listed.
    mutating func add(_ found: [JSON]) {
        endpoints += found.map { json in
            Endpoint(
                id: json["id"]?.string ?? "", name: json["name"]?.string, url: WebhookList.shown(json["url"]?.string ?? ""),
                events: (json["event_types"]?.elements ?? []).compactMap(\.string))
        }
    }

    mutating func markDisabled(_ disabled: [String: WebhookEndpoint.Disabled]) {
        for place in endpoints.indices {
            guard let entry = disabled[endpoints[place].id] else { continue }
            endpoints[place].disabled = "\(WebhookList.time(entry.since)): \(entry.reason)"
        }
    }

    var text: String {
        var parts: [String] = []
        if endpoints.isEmpty {
            parts.append("no endpoints")
        } else {
            var table = Table("RECEIVER", "OWNER", "EVENTS", "URL")
            for endpoint in endpoints {
                let events = endpoint.events.map { $0.hasPrefix("video.") ? String($0.dropFirst(6)) : $0 }
                table.add(
                    endpoint.id, endpoint.owner ?? "", events.joined(separator: ","),
                    endpoint.url + (endpoint.disabled.map { " (disabled \($0))" } ?? ""))
            }
            parts.append(table.text)
        }
        if let deliveries {
            parts.append(deliveries.isEmpty ? "no deliveries" : WebhookList.text(deliveries))
        }
        return parts.joined(separator: "\n\n")
    }

    private static func text(_ deliveries: [DeliveryRecord]) -> String {
        var table = Table("CREATED", "STATE", "TRIES", "TYPE", "EVENT", "RECEIVER", "LAST RESULT")
        for row in deliveries {
            let result = row.error ?? row.status.map { "status \($0)" } ?? ""
            table.add(
                time(row.created), row.state.rawValue, "\(row.attempts)", row.event.rawValue, row.eventID, row.target,
                JobList.short(result, 60))
        }
        return table.text
    }

    /// One JSON object per line; `object` says what it is.
    var json: String {
        let shown = endpoints.map { endpoint in
            JSONValue.members([
                "object": .string("webhook_endpoint"), "id": .string(endpoint.id), "owner": .optional(endpoint.owner),
                "name": .optional(endpoint.name), "url": .string(endpoint.url),
                "event_types": .array(endpoint.events.map(JSONValue.string)), "disabled": .optional(endpoint.disabled),
            ]).text
        }
        let sent = (deliveries ?? []).map { row in
            JSONValue.members([
                "object": .string("webhook_delivery"), "event": .string(row.eventID), "type": .string(row.event.rawValue),
                "job": .string(row.jobID), "owner": .string(row.owner), "receiver": .string(row.target),
                "created": .string(row.created.iso8601), "state": .string(row.state.rawValue), "attempts": .int(Int64(row.attempts)),
                "due": row.state == .pending ? .string(row.due.iso8601) : nil, "status": row.status.map { .int(Int64($0)) },
                "error": .optional(row.error), "updated": .string(row.updated.iso8601),
            ]).text
        }
        return (shown + sent).joined(separator: "\n")
    }

    /// A URL's query may hold a token.
    private static func shown(_ url: String) -> String { URLText(url)?.description ?? url }

    private static func time(_ moment: Timestamp) -> String { String(moment.iso8601.prefix(19)) + "Z" }
}
