/// The variable-length codes of CAVLC that blocks with only DC coefficients need (H.264, tables 9-5 and 9-7 to 9-10).
struct ResidualTables: Sendable {
    /// A code's length in bits and its value.
    struct Code: Sendable, Equatable {
        var length: Int
        var bits: UInt32
    }

    static let standard = ResidualTables()

    /// `coeff_token` where nC is 0 or 1, and for the chroma DC block; index 4 × coefficients + trailing ones.
    let quiet: [Code]
    let chroma: [Code]
    /// `total_zeros`, by coefficients - 1.
    let zeros: [[Code]]
    let chromaZeros: [[Code]]
    /// `run_before`, by min(zeros left, 7) - 1.
    let runs: [[Code]]

    /// `coeff_token` where nC is 8 or more: six fixed bits.
    static func busy(coefficients: Int, ones: Int) -> Code {
        coefficients == 0 ? Code(length: 6, bits: 3) : Code(length: 6, bits: UInt32((coefficients - 1) << 2 | ones))
    }

    private init() {
        quiet = Self.codes(
            [
                1, 0, 0, 0, 6, 2, 0, 0, 8, 6, 3, 0, 9, 8, 7, 5, 10, 9, 8, 6, 11, 10, 9, 7,
                13, 11, 10, 8, 13, 13, 11, 9, 13, 13, 13, 10, 14, 14, 13, 11, 14, 14, 14, 13, 15, 15, 14, 14,
                15, 15, 15, 14, 16, 15, 15, 15, 16, 16, 16, 15, 16, 16, 16, 16, 16, 16, 16, 16,
            ],
            [
                1, 0, 0, 0, 5, 1, 0, 0, 7, 4, 1, 0, 7, 6, 5, 3, 7, 6, 5, 3, 7, 6, 5, 4,
                15, 6, 5, 4, 11, 14, 5, 4, 8, 10, 13, 4, 15, 14, 9, 4, 11, 10, 13, 12, 15, 14, 9, 12,
                11, 10, 13, 8, 15, 1, 9, 12, 11, 14, 13, 8, 7, 10, 9, 12, 4, 6, 5, 8,
            ])
        chroma = Self.codes(
            [2, 0, 0, 0, 6, 1, 0, 0, 6, 6, 3, 0, 6, 7, 7, 6, 6, 8, 8, 7],
            [1, 0, 0, 0, 7, 1, 0, 0, 4, 6, 1, 0, 3, 3, 2, 5, 2, 3, 2, 0])
        zeros = [
            Self.codes([1, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 9], [1, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 1]),
            Self.codes([3, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 6, 6, 6, 6], [7, 6, 5, 4, 3, 5, 4, 3, 2, 3, 2, 3, 2, 1, 0]),
            Self.codes([4, 3, 3, 3, 4, 4, 3, 3, 4, 5, 5, 6, 5, 6], [5, 7, 6, 5, 4, 3, 4, 3, 2, 3, 2, 1, 1, 0]),
            Self.codes([5, 3, 4, 4, 3, 3, 3, 4, 3, 4, 5, 5, 5], [3, 7, 5, 4, 6, 5, 4, 3, 3, 2, 2, 1, 0]),
            Self.codes([4, 4, 4, 3, 3, 3, 3, 3, 4, 5, 4, 5], [5, 4, 3, 7, 6, 5, 4, 3, 2, 1, 1, 0]),
            Self.codes([6, 5, 3, 3, 3, 3, 3, 3, 4, 3, 6], [1, 1, 7, 6, 5, 4, 3, 2, 1, 1, 0]),
            Self.codes([6, 5, 3, 3, 3, 2, 3, 4, 3, 6], [1, 1, 5, 4, 3, 3, 2, 1, 1, 0]),
            Self.codes([6, 4, 5, 3, 2, 2, 3, 3, 6], [1, 1, 1, 3, 3, 2, 2, 1, 0]),
            Self.codes([6, 6, 4, 2, 2, 3, 2, 5], [1, 0, 1, 3, 2, 1, 1, 1]),
            Self.codes([5, 5, 3, 2, 2, 2, 4], [1, 0, 1, 3, 2, 1, 1]),
            Self.codes([4, 4, 3, 3, 1, 3], [0, 1, 1, 2, 1, 3]),
            Self.codes([4, 4, 2, 1, 3], [0, 1, 1, 1, 1]),
            Self.codes([3, 3, 1, 2], [0, 1, 1, 1]),
            Self.codes([2, 2, 1], [0, 1, 1]),
            Self.codes([1, 1], [0, 1]),
        ]
        chromaZeros = [Self.codes([1, 2, 3, 3], [1, 1, 1, 0]), Self.codes([1, 2, 2], [1, 1, 0]), Self.codes([1, 1], [1, 0])]
        runs = [
            Self.codes([1, 1], [1, 0]),
            Self.codes([1, 2, 2], [1, 1, 0]),
            Self.codes([2, 2, 2, 2], [3, 2, 1, 0]),
            Self.codes([2, 2, 2, 3, 3], [3, 2, 1, 1, 0]),
            Self.codes([2, 2, 3, 3, 3, 3], [3, 2, 3, 2, 1, 0]),
            Self.codes([2, 3, 3, 3, 3, 3, 3], [3, 0, 1, 3, 2, 5, 4]),
            Self.codes([3, 3, 3, 3, 3, 3, 3, 4, 5, 6, 7, 8, 9, 10, 11], [7, 6, 5, 4, 3, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1]),
        ]
    }

    private static func codes(_ lengths: [Int], _ bits: [UInt32]) -> [Code] { zip(lengths, bits).map { Code(length: $0, bits: $1) } }
}
