/// The facts of the video that the card shows, in the characters of its font.
struct CardFacts {
    let prompt: [UInt8]
    private let spec: VideoSpec

    init(_ spec: VideoSpec) {
        self.spec = spec
        prompt = ASCIIFold.letters(spec.prompt)
    }

    /// The model, if there are enough lines for it, and the size, length and rate, as many on a line as fit.
    func headline(columns: Int, lines: Int) -> [[UInt8]] {
        let tight = columns < 16
        let unit = tight ? "" : " "
        let parts = [
            "\(spec.width)x\(spec.height)", "\(DecimalFormat.text(thousandths: spec.lengthInThousandths))\(unit)s",
            "\(spec.rate.text)\(unit)fps",
        ]
        let measures = Self.packed(parts, gap: tight ? " " : "  ", columns: columns)
        let model = ASCIIFold.wrap(ASCIIFold.letters(spec.model), columns: columns, lines: 1)
        return measures.count < lines ? model + measures : measures
    }

    /// The input image and the seed.
    func extras(columns: Int) -> [[UInt8]] {
        var parts: [String] = []
        if let still = spec.input { parts.append(still.text) }
        if let seed = spec.seed { parts.append("seed \(seed)") }
        return Self.packed(parts, gap: "  ", columns: columns)
    }

    private static func packed(_ parts: [String], gap: String, columns: Int) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        for part in parts.map(ASCIIFold.letters) {
            if let last = lines.last, last.count + gap.utf8.count + part.count <= columns {
                lines[lines.count - 1] = last + gap.utf8 + part
            } else {
                lines += ASCIIFold.wrap(part, columns: columns, lines: 3)
            }
        }
        return lines
    }
}
