import Wire

/// Numbers that a conversion may trap on, and texts in which they take the place of ordinary ones.
package enum HostileNumbers {
    /// As a query, a form or a header may spell them.
    package static let texts =
        json + [
            "inf", "-inf", "+Infinity", "nan", "-nan", "NaN(1)", "0x1p1023", "0x7fffffffffffffff", "1e", ".5",
            "+1", "1_000", " 1", "\u{0663}",
        ]

    /// Those that are JSON.
    package static let json = [
        "1e300", "-1e300", "1e999", "-1e999", "1e-300", "-0", "-0.0", "-1", "0.1", "9.3e12", "1.7e20", "-9.3e12",
        "2147483648", "4294967296", "9007199254740993", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
        "-9223372036854775809", "18446744073709551615", "18446744073709551616", "170141183460469231731687303715884105728",
        String(repeating: "9", count: 400),
    ]

    /// The text once for each hostile number and each of its numbers, which that takes the place of: a bare number, and one at the
    /// beginning of a string (`"42%"`, `"31s"`). A text that is not JSON has none.
    package static func variants(of text: Slice) -> [Bytes] {
        guard let root = try? JSON(parsing: text) else { return [] }
        var variants: [Bytes] = []
        for leaf in leaves(of: root) {
            let raw = leaf.raw
            let (before, behind) = (text[..<raw.startIndex], text[raw.endIndex...])
            for number in json { variants.append(Bytes(before) + Bytes(number.utf8) + Bytes(behind)) }
            guard leaf.kind == .string else { continue }
            let unit = Bytes(raw.dropFirst().drop { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") })
            for number in texts { variants.append(Bytes(before) + Bytes(("\"" + number).utf8) + unit + Bytes(behind)) }
        }
        return variants
    }

    private static func leaves(of json: JSON) -> [JSON] {
        switch json.kind {
        case .number: [json]
        case .string: json.raw.dropFirst().first.map { (0x30...0x39).contains($0) } == true ? [json] : []
        case .array: json.elements.flatMap(leaves)
        case .object: json.members.flatMap { leaves(of: $0.value) }
        case .null, .bool: []
        }
    }
}
