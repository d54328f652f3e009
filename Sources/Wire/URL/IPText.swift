/// IP addresses as text.
enum IPText {
    /// One to four numbers, each decimal, octal with a leading 0, or hexadecimal with 0x; the last one fills what is left.
    /// So `127.1`, `0177.0.0.1`, `0x7f000001` and `2130706433` are all 127.0.0.1, as resolvers read them.
    static func v4(_ parts: [Slice]) -> UInt32? {
        guard (1...4).contains(parts.count) else { return nil }
        var address: UInt64 = 0
        for (place, part) in parts.enumerated() {
            guard let value = number(part) else { return nil }
            let bits = place == parts.count - 1 ? 8 * UInt64(5 - parts.count) : 8
            guard value < 1 << bits else { return nil }
            address = address << bits | value
        }
        return UInt32(address)
    }

    static func text(v4 number: UInt32) -> String {
        "\(number >> 24).\(number >> 16 & 255).\(number >> 8 & 255).\(number & 255)"
    }

    /// Eight groups of hex digits, `::` for a run of zeros, and the last two groups as a dotted address (RFC 4291 §2.2). No zone.
    static func v6(_ text: Slice) -> (high: UInt64, low: UInt64)? {
        let text = String(decoding: text, as: UTF8.self)
        guard let gap = doubleColon(text) else {
            return groups(text[...]).flatMap { $0.count == 8 ? joined($0) : nil }
        }
        let tail = text[text.utf8.index(gap, offsetBy: 2)...]
        guard let before = groups(text[..<gap], dottedEnd: false), let after = groups(tail) else { return nil }
        guard before.count + after.count < 8 else { return nil }
        let zeros = [UInt32](repeating: 0, count: 8 - before.count - after.count)
        return joined(before + zeros + after)
    }

    /// RFC 5952: lower case, no leading zeros, the first longest run of at least two zero groups as `::`.
    static func text(high: UInt64, low: UInt64) -> String {
        let groups = [high, low].flatMap { half in [48, 32, 16, 0].map { half >> UInt64($0) & 0xFFFF } }
        var best = 0..<0
        var start = 0
        for (place, group) in groups.enumerated() {
            if group != 0 { start = place + 1 } else if place + 1 - start > max(best.count, 1) { best = start..<(place + 1) }
        }
        let text = { (groups: ArraySlice<UInt64>) in groups.map { String($0, radix: 16) }.joined(separator: ":") }
        return best.isEmpty ? text(groups[...]) : text(groups[..<best.lowerBound]) + "::" + text(groups[best.upperBound...])
    }

    private static func number(_ text: Slice) -> UInt64? {
        if text.starts(with: "0x".utf8) { return text.count == 2 ? 0 : digits(text.dropFirst(2), radix: 16) }
        return digits(text, radix: text.count > 1 && text.first == UInt8(ascii: "0") ? 8 : 10)
    }

    /// Digits only: no sign.
    private static func digits(_ text: Slice, radix: UInt64) -> UInt64? {
        guard !text.isEmpty else { return nil }
        var number: UInt64 = 0
        for byte in text {
            guard let digit = JSONScan.hexValue(byte).map(UInt64.init), digit < radix else { return nil }
            let (shifted, isBeyond) = number.multipliedReportingOverflow(by: radix)
            guard !isBeyond, shifted <= .max - digit else { return nil }
            number = shifted + digit
        }
        return number
    }

    private static func doubleColon(_ text: String) -> String.Index? {
        zip(text.utf8.indices, text.utf8.indices.dropFirst()).first { text.utf8[$0] == 0x3A && text.utf8[$1] == 0x3A }?.0
    }

    private static func groups(_ text: Substring, dottedEnd: Bool = true) -> [UInt32]? {
        guard !text.isEmpty else { return [] }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        var groups: [UInt32] = []
        for (place, part) in parts.enumerated() {
            if dottedEnd, place == parts.count - 1, part.contains(".") {
                guard let address = dotted(part) else { return nil }
                groups += [address >> 16, address & 0xFFFF]
            } else {
                guard (1...4).contains(part.utf8.count), let group = digits(Bytes(part.utf8)[...], radix: 16) else { return nil }
                groups.append(UInt32(group))
            }
        }
        return groups
    }

    /// Four decimal numbers without leading zeros, the only form inside IPv6 addresses.
    private static func dotted(_ text: Substring) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let isPlain = parts.allSatisfy { $0 == "0" || $0.utf8.allSatisfy { (0x30...0x39).contains($0) } && !$0.hasPrefix("0") }
        return parts.count == 4 && isPlain ? v4(parts.map { Bytes($0.utf8)[...] }) : nil
    }

    private static func joined(_ groups: [UInt32]) -> (high: UInt64, low: UInt64) {
        let half = { (groups: ArraySlice<UInt32>) in groups.reduce(UInt64(0)) { $0 << 16 | UInt64($1) } }
        return (half(groups[..<4]), half(groups[4...]))
    }
}
