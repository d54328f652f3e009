import Jobs
import Wire

extension Model.Price {
    /// The price as it stands in a catalog file, without its origin: `PriceReader` reads it back.
    package var catalogJSON: JSONValue {
        var members: [(name: String, value: JSONValue)] = []
        if !when.isEmpty {
            let cases = when.sorted { $0.key < $1.key }.map { name, values in
                (name: name, value: values.count == 1 ? JSONValue.string(values[0]) : .array(values.map(JSONValue.string)))
            }
            members.append(("when", .object(cases)))
        }
        members += charges.map { ($0.unit.rawValue, .double($0.amount.dollars)) }
        if let framesPerSecond { members.append(("fps", .double(framesPerSecond))) }
        if let pixels { members.append(("pixels", .double(pixels))) }
        if billsSource { members.append(("with_source", .bool(true))) }
        if let minSeconds { members.append(("min_seconds", .double(minSeconds))) }
        if let minimum { members.append(("minimum", .double(minimum.dollars))) }
        if freeImages > 0 { members.append(("free_images", .int(Int64(freeImages)))) }
        return .object(members)
    }

    /// The same price, for these modes only; unchanged if it names modes itself.
    func `in`(_ modes: Set<Model.Mode>) -> Model.Price {
        guard !modes.isEmpty, when["mode"] == nil else { return self }
        var price = self
        price.when["mode"] = modes.map(\.rawValue).sorted()
        return price
    }
}
