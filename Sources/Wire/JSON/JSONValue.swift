/// A JSON text to be written. Large parts (data URIs, base64, members forwarded unchanged) are referenced, not copied, until it is encoded.
package enum JSONValue: Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    /// Written without a fraction when whole: `8`, not `8.0`. Infinities and NaN become null.
    case double(Double)
    case string(String)
    case array([JSONValue])
    case object([(name: String, value: JSONValue)])
    /// A parsed value, forwarded as it was written.
    case parsed(JSON)
    /// Bytes as a base64 string.
    case base64(Slice)
    /// Bytes as a data URI: `data:image/png;base64,...`.
    case dataURI(MediaType, Slice)
    /// A string of a prefix and bytes that need no escapes: base64 forwarded as received.
    case plain(String, Slice)

    /// An object without its nil members.
    package static func members(_ members: KeyValuePairs<String, JSONValue?>) -> JSONValue {
        .object(members.compactMap { name, value in value.map { (name: name, value: $0) } })
    }

    /// The member of that name. Setting replaces it or adds it at the end; setting nil removes it. Does nothing unless this is an object.
    package subscript(name: String) -> JSONValue? {
        get {
            guard case .object(let members) = self else { return nil }
            return members.first { $0.name == name }?.value
        }
        set {
            guard case .object(var members) = self else { return }
            let place = members.firstIndex { $0.name == name }
            switch (place, newValue) {
            case (let place?, let value?): members[place].value = value
            case (let place?, nil): members.remove(at: place)
            case (nil, let value?): members.append((name, value))
            case (nil, nil): return
            }
            self = .object(members)
        }
    }

    /// The JSON text, UTF-8, without white space.
    package func encoded() -> Pieces {
        var writer = JSONWriter()
        writer.element(tree: self)
        return writer.finish()
    }

    /// The JSON text as a string: for logs, tickets and tests.
    package var text: String { String(decoding: encoded().joined(), as: UTF8.self) }

    package static func optional(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }
    package static func optional(_ number: Int64?) -> JSONValue { number.map(JSONValue.int) ?? .null }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByStringLiteral, ExpressibleByStringInterpolation, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(nilLiteral: ()) { self = .null }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int64) { self = .int(value) }
    package init(floatLiteral value: Double) { self = .double(value) }
    package init(stringLiteral value: String) { self = .string(value) }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(elements.map { ($0.0, $0.1) }) }
}
