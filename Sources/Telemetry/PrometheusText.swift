import Wire

/// Formats names, labels and numbers in Prometheus' text format.
enum PrometheusText {
    /// Letters, digits, `_` and `:`, with no digit first; everything else becomes `_`.
    static func name(_ label: String) -> String {
        let isPlain = label.utf8.allSatisfy(isNameByte) && label.utf8.first.map { !(0x30...0x39).contains($0) } ?? false
        if isPlain { return label }
        let name = String(decoding: label.utf8.map { isNameByte($0) ? $0 : UInt8(ascii: "_") }, as: UTF8.self)
        return name.utf8.first.map { (0x30...0x39).contains($0) } ?? true ? "_" + name : name
    }

    /// `method="GET",status="200"`, in the order given. Label names have no colon.
    static func labels(_ dimensions: [(String, String)]) -> String {
        dimensions.map { key, value in
            name(key).map { $0 == ":" ? "_" : String($0) }.joined() + "=\"" + escaped(value, quotes: true) + "\""
        }.joined(separator: ",")
    }

    static func help(_ text: String) -> String { escaped(text, quotes: false) }

    /// One line for a counter or gauge; buckets, sum and count for a histogram.
    static func lines(_ name: String, _ labels: String, series: MetricSeries) -> String {
        let value = series.current
        let braces = labels.isEmpty ? "" : "{\(labels)}"
        guard !series.bounds.isEmpty else { return "\(name)\(braces) \(number(value.number))\n" }
        var text = ""
        var below = 0
        let comma = labels.isEmpty ? "" : ","
        for (place, count) in value.buckets.enumerated() {
            below += count
            let bound = place < series.bounds.count ? number(series.bounds[place]) : "+Inf"
            text += "\(name)_bucket{\(labels)\(comma)le=\"\(bound)\"} \(below)\n"
        }
        return text + "\(name)_sum\(braces) \(number(value.number))\n\(name)_count\(braces) \(value.count)\n"
    }

    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return Number.text(value) ?? "NaN"
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\"") }) else {
            return text
        }
        return text.reduce(into: "") { result, character in
            switch character {
            case "\\": result += "\\\\"
            case "\n", "\r\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.append(character)
            }
        }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x3A, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"): true
        default: false
        }
    }
}
