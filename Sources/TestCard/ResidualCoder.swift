/// Writes one block of coefficients with CAVLC (H.264, 9.2).
struct ResidualCoder: Sendable {
    /// Selects the code for the number of coefficients.
    enum Context: Sendable {
        /// No neighbour has coefficients of its own.
        case quiet
        /// A neighbour is an `I_PCM` macroblock, which counts as sixteen coefficients.
        case busy
        case chroma
    }

    private let tables = ResidualTables.standard

    /// Sixteen luma coefficients in scan order. None may be beyond ±2063, the longest code of the Baseline profile.
    func put(_ scan: SIMD16<Int32>, _ context: Context, to writer: inout BitWriter) {
        guard scan != SIMD16() else { return put(token(0, 0, context: context), to: &writer) }
        put((0..<16).map { Int(scan[$0]) }, context, zeros: tables.zeros, to: &writer)
    }

    /// Four chroma coefficients in scan order, within the same limits.
    func put(_ scan: SIMD4<Int32>, _ context: Context, to writer: inout BitWriter) {
        put((0..<4).map { Int(scan[$0]) }, context, zeros: tables.chromaZeros, to: &writer)
    }

    private func put(_ scan: [Int], _ context: Context, zeros: [[ResidualTables.Code]], to writer: inout BitWriter) {
        let places = scan.indices.filter { scan[$0] != 0 }
        let levels = places.reversed().map { scan[$0] }
        let ones = levels.prefix(3).prefix { abs($0) == 1 }.count
        put(token(levels.count, ones, context: context), to: &writer)
        guard let last = places.last else { return }

        for level in levels.prefix(ones) { writer.flag(level < 0) }
        putLevels(levels.dropFirst(ones), ones: ones, count: levels.count, to: &writer)

        var zerosLeft = last + 1 - places.count
        if places.count < scan.count { put(zeros[places.count - 1][zerosLeft], to: &writer) }
        for index in places.indices.dropFirst().reversed() where zerosLeft > 0 {
            let run = places[index] - places[index - 1] - 1
            put(tables.runs[min(zerosLeft, 7) - 1][run], to: &writer)
            zerosLeft -= run
        }
    }

    private func token(_ coefficients: Int, _ ones: Int, context: Context) -> ResidualTables.Code {
        switch context {
        case .quiet: tables.quiet[4 * coefficients + ones]
        case .busy: ResidualTables.busy(coefficients: coefficients, ones: ones)
        case .chroma: tables.chroma[4 * coefficients + ones]
        }
    }

    /// From the highest frequency down; the length of the codes follows the sizes seen (9.2.2.1).
    private func putLevels(_ levels: ArraySlice<Int>, ones: Int, count: Int, to writer: inout BitWriter) {
        var suffix = count > 10 && ones < 3 ? 1 : 0
        for (index, level) in levels.enumerated() {
            var code = level > 0 ? 2 * level - 2 : -2 * level - 1
            if index == 0, ones < 3 { code -= 2 }
            putLevel(code, suffix: suffix, to: &writer)
            if suffix == 0 { suffix = 1 }
            if abs(level) > 3 << (suffix - 1), suffix < 6 { suffix += 1 }
        }
    }

    private func putLevel(_ code: Int, suffix: Int, to writer: inout BitWriter) {
        let escape = suffix == 0 ? 30 : 15 << suffix
        if code >= escape {
            writer.put(1, 16)
            writer.put(UInt32(code - escape), 12)
        } else if suffix > 0 {
            writer.put(1, code >> suffix + 1)
            writer.put(UInt32(code & (1 << suffix - 1)), suffix)
        } else if code < 14 {
            writer.put(1, code + 1)
        } else {
            writer.put(1, 15)
            writer.put(UInt32(code - 14), 4)
        }
    }

    private func put(_ code: ResidualTables.Code, to writer: inout BitWriter) { writer.put(code.bits, code.length) }
}
