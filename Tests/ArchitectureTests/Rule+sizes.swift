extension Rule {
    static let maxLines = 400
    static let maxFunctionLines = 70
    static let maxColumns = 140

    static let sizes = [
        Rule(
            name: "files have at most \(maxLines) lines",
            plantedBreach: ("Sources/Wire/X.swift", String(repeating: "\n", count: maxLines + 1), "401 lines")
        ) { files in
            files.filter(\.isSwift).compactMap { file in
                let count = file.text.utf8.count { $0 == UInt8(ascii: "\n") }
                return count > maxLines ? "\(file.path): \(count) lines" : nil
            }
        },
        Rule(
            name: "lines have at most \(maxColumns) characters",
            plantedBreach: ("Sources/Wire/X.swift", "\n// " + String(repeating: "x", count: maxColumns), "X.swift:2: 143 characters")
        ) { files in
            files.filter(\.isSwift).flatMap { file in
                file.text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated()
                    .filter { $0.element.count > maxColumns && Substring($0.element).count > maxColumns }
                    .map { "\(file.path):\($0.offset + 1): \(Substring($0.element).count) characters" }
            }
        },
        Rule(
            name: "functions have at most \(maxFunctionLines) lines",
            plantedBreach: (
                "Sources/Wire/X.swift",
                "func short() {}\nfunc long(a: () -> Void = {}) {" + String(repeating: "\n", count: maxFunctionLines) + "}",
                "X.swift:2: long has 71 lines"
            )
        ) { files in
            files.filter(\.isSwift).flatMap { file in
                FunctionScan.functions(in: file.code).filter { $0.lines > maxFunctionLines }
                    .map { "\(file.path):\($0.line): \($0.name) has \($0.lines) lines" }
            }
        },
    ]
}
