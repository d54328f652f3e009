import Jobs
import Wire

extension ModelView {
    /// `{"id","object":"model","created","owned_by"}`, which OpenAI, Siraya and many others share.
    var listJSON: JSONValue {
        ["id": .string(name), "object": "model", "created": .int(verifiedOnUnixTime), "owned_by": .string(model.vendor)]
    }

    static func list(_ models: [ModelView]) -> JSONValue {
        ["object": "list", "data": .array(models.map(\.listJSON))]
    }

    /// The day on which the facts were seen, in Unix seconds: nobody tells when a model was made. 0 if the catalog does not say.
    private var verifiedOnUnixTime: Int64 {
        let parts = model.verifiedOn.split(separator: "-").compactMap { Int64($0) }
        guard parts.count == 3, (1...12).contains(parts[1]), (1...31).contains(parts[2]), (1970...9999).contains(parts[0]) else { return 0 }
        // Days before the month in a year that begins on 1 March (Gregorian calendar, as in Timestamp).
        let year = parts[1] <= 2 ? parts[0] - 1 : parts[0]
        let month = (parts[1] + 9) % 12
        let days = year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + parts[2] - 1 - 719_468
        return days * 86_400
    }
}
