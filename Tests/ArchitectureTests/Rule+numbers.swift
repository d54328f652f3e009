extension Rule {
    private static let integers = ["Int", "Int64", "Int32", "Int16", "Int8", "UInt", "UInt64", "UInt32", "UInt16", "UInt8"]

    /// Where conversions that trap are declared as errors.
    private static let exemptFile = "Sources/Wire/UncheckedConversions.swift"

    static let numbers = [
        Rule(
            name: "a floating-point number becomes a whole one with a check",
            plantedBreach: (
                "Sources/Vendors/X.swift", "import Wire\nlet n = Int(exactly: 1.0)\nlet p = Int64((part * 100).rounded())", "X.swift:3:"
            )
        ) { files in
            files.filter { $0.isSwift && $0.root == "Sources" && $0.path != exemptFile }.flatMap { file in
                file.code.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { place, line in
                    isUnchecked(line) ? "\(file.path):\(place + 1): use Number" : nil
                }
            }
        },
        Rule(
            name: "the compiler sees each conversion of a floating-point number",
            plantedBreach: ("Sources/Vendors/X.swift", "import Jobs\nlet seconds: Double = 1", "X.swift: imports no Wire")
        ) { files in
            files.filter { file in
                file.isSwift && file.root == "Sources" && file.target != "Wire" && !file.imports.contains { $0.module == "Wire" }
                    && !file.lines(of: file.code, with: ["Double", ".double", ".rounded"]).isEmpty
            }.map { "\($0.path): imports no Wire, whose declarations refuse conversions that trap" }
        },
        Rule(
            name: "the compiler refuses every conversion that traps",
            plantedBreach: (exemptFile, "extension Int { @available(*, deprecated) package init(_ value: Double) {} }", "Int64")
        ) { files in
            files.filter { $0.path == exemptFile }.flatMap { file in
                let blocks = file.code.split(separator: "extension ").map { $0.split(separator: "\n") }
                let types = blocks.filter { block in
                    block.count { $0.contains("@available(*, deprecated") } == block.count { $0.contains("package init") }
                        && block.contains { $0.contains("package init(_ value: Double)") }
                        && block.contains { $0.contains("package init<Value: BinaryFloatingPoint>(_ value: Value)") }
                }.compactMap { $0.first?.split(separator: " ").first.map(String.init) }
                return ["Int", "Int64"].filter { !types.contains($0) }.map { "\(file.path): \($0) may be made of a Double unchecked" }
            }
        },
    ]

    /// A conversion without a label, of what is plainly floating-point.
    private static func isUnchecked(_ line: Substring) -> Bool {
        guard line.contains(".rounded(") || line.contains("Double(") else { return false }
        return integers.contains { type in
            line.split(separator: type + "(", omittingEmptySubsequences: false).dropFirst().contains { argument in
                let label = argument.prefix { $0.isLetter }
                let isLabelled = argument.dropFirst(label.count).hasPrefix(":")
                return !isLabelled && (argument.contains(".rounded(") || argument.contains("Double("))
            }
        }
    }
}
