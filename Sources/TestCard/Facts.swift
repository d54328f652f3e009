/// What the card says about itself, in the letters of its font.
struct Facts {
    let prompt: [UInt8]
    private let picture: Picture

    init(_ picture: Picture) {
        self.picture = picture
        prompt = Plain.letters(picture.prompt)
    }

    /// The model if there are lines enough for it, and the measures, as many on a line as fit.
    func headline(columns: Int, lines: Int) -> [[UInt8]] {
        let tight = columns < 16
        let unit = tight ? "" : " "
        let parts = [
            "\(picture.width)x\(picture.height)", "\(Decimal.text(thousandths: picture.lengthInThousandths))\(unit)s",
            "\(picture.rate.text)\(unit)fps",
        ]
        let measures = Self.packed(parts, gap: tight ? " " : "  ", columns: columns)
        let model = Plain.wrap(Plain.letters(picture.model), columns: columns, lines: 1)
        return measures.count < lines ? model + measures : measures
    }

    /// The still and the seed.
    func extras(columns: Int) -> [[UInt8]] {
        var parts: [String] = []
        if let still = picture.still { parts.append(still.text) }
        if let seed = picture.seed { parts.append("seed \(seed)") }
        return Self.packed(parts, gap: "  ", columns: columns)
    }

    private static func packed(_ parts: [String], gap: String, columns: Int) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        for part in parts.map(Plain.letters) {
            if let last = lines.last, last.count + gap.utf8.count + part.count <= columns {
                lines[lines.count - 1] = last + gap.utf8 + part
            } else {
                lines += Plain.wrap(part, columns: columns, lines: 3)
            }
        }
        return lines
    }
}
