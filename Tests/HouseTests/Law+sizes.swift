extension Law {
    static let mostLines = 400
    static let mostFunctionLines = 70
    static let mostColumns = 140

    static let sizes = [
        Law(
            name: "files have at most \(mostLines) lines",
            planted: ("Sources/Wire/X.swift", String(repeating: "\n", count: mostLines + 1), "401 lines")
        ) { files in
            files.filter(\.isSwift).compactMap { file in
                let count = file.text.utf8.count { $0 == UInt8(ascii: "\n") }
                return count > mostLines ? "\(file.path): \(count) lines" : nil
            }
        },
        Law(
            name: "lines have at most \(mostColumns) characters",
            planted: ("Sources/Wire/X.swift", "\n// " + String(repeating: "x", count: mostColumns), "X.swift:2: 143 characters")
        ) { files in
            files.filter(\.isSwift).flatMap { file in
                file.text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated()
                    .filter { $0.element.count > mostColumns && Substring($0.element).count > mostColumns }
                    .map { "\(file.path):\($0.offset + 1): \(Substring($0.element).count) characters" }
            }
        },
        Law(
            name: "functions have at most \(mostFunctionLines) lines",
            planted: (
                "Sources/Wire/X.swift",
                "func short() {}\nfunc long(a: () -> Void = {}) {" + String(repeating: "\n", count: mostFunctionLines) + "}",
                "X.swift:2: long has 71 lines"
            )
        ) { files in
            files.filter(\.isSwift).flatMap { file in
                FunctionScan.functions(in: file.code).filter { $0.lines > mostFunctionLines }
                    .map { "\(file.path):\($0.line): \($0.name) has \($0.lines) lines" }
            }
        },
    ]
}
