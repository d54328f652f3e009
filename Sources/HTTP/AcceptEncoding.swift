/// The content codings that a client accepts (`accept-encoding`, RFC 9110 §12.5.3).
package struct AcceptEncoding: Sendable, Equatable {
    /// Weights in thousandths; nil if the coding is not named.
    private var gzip: Int?
    private var identity: Int?
    private var rest: Int?

    /// - Parameter fields: the values of all fields of that name. Malformed elements are ignored.
    package init(_ fields: [String]) {
        for element in fields.flatMap({ $0.split(separator: ",") }) {
            let parts = element.split(separator: ";", omittingEmptySubsequences: false).map { AcceptEncoding.trimmed($0).lowercased() }
            guard let weight = AcceptEncoding.weight(parts.dropFirst()) else { continue }
            switch parts[0] {
            case "gzip", "x-gzip": gzip = max(gzip ?? 0, weight)
            case "identity": identity = weight
            case "*": rest = weight
            default: break
            }
        }
    }

    /// Whether gzip is accepted, with at least the weight of `identity`.
    package var prefersGzip: Bool {
        let weight = gzip ?? rest ?? 0
        return weight > 0 && weight >= identity ?? 0
    }

    /// `q=0.5` as 500; 1000 without a weight, nil for a malformed one.
    private static func weight(_ parameters: some Collection<String>) -> Int? {
        guard let parameter = parameters.first else { return 1000 }
        guard parameters.count == 1, parameter.hasPrefix("q=") else { return nil }
        let digits = Array(parameter.utf8.dropFirst(2))
        guard (1...5).contains(digits.count), digits.count == 1 || digits[1] == UInt8(ascii: ".") else { return nil }
        var value = 0
        for place in 0..<4 {
            let byte = place == 0 ? digits[0] : digits.count > place + 1 ? digits[place + 1] : UInt8(ascii: "0")
            guard (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        return value <= 1000 ? value : nil
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        var text = text.drop(while: isBlank)
        while let last = text.last, isBlank(last) { text.removeLast() }
        return text
    }
}
