/// What the card says about itself, in the letters of its font.
struct Facts {
    let prompt: [UInt8]
    private let model: [UInt8]
    private let measures: [[UInt8]]
    private let extras: [[UInt8]]

    init(_ picture: Picture) {
        prompt = Plain.letters(picture.prompt)
        model = Plain.letters(picture.model)
        measures = [
            "\(picture.width)x\(picture.height)", "\(Decimal.text(thousandths: picture.lengthInThousandths)) s", "\(picture.rate.text) fps",
        ].map { Array($0.utf8) }
        var extras: [[UInt8]] = []
        if let still = picture.still { extras.append(Plain.letters("first frame: \(still.type) \(still.width)x\(still.height)")) }
        if let seed = picture.seed { extras.append(Plain.letters("seed \(seed)")) }
        self.extras = extras
    }

    /// The model, then the measures, as many on a line as fit, then the still and the seed.
    func lines(columns: Int) -> [[UInt8]] {
        Plain.wrap(model, columns: columns, lines: 1) + packed(measures, columns: columns) + extras.flatMap { Plain.wrap($0, columns: columns, lines: 2) }
    }

    private func packed(_ parts: [[UInt8]], columns: Int) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        for part in parts {
            if let last = lines.last, last.count + 2 + part.count <= columns {
                lines[lines.count - 1] = last + Array("  ".utf8) + part
            } else {
                lines.append(Array(part.prefix(columns)))
            }
        }
        return lines
    }
}
