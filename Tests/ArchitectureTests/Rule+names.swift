extension Rule {
    static let maxUnlabelled = 2

    static let names = [
        Rule(
            name: "no top-level type name stands in two modules",
            plantedBreach: ("Sources/Net/X.swift", "/* a */ package enum Planner {\n}", "Planner is declared in Net, Routing")
        ) { files in
            // The planted file needs its other half.
            let other = SourceFile("Sources/Routing/Planner.swift", "struct Planner {\n    struct Net {}\n}")
            return TopLevelTypes.shared(in: files + [other]).map {
                "\($0.name) is declared in \($0.modules.joined(separator: ", "))"
            }
        },
        Rule(
            name: "functions have at most \(maxUnlabelled) unlabelled parameters",
            plantedBreach: (
                "Sources/Wire/X.swift", "\nfunc x<A>(_ a: A, _ b: (A, A) -> A,\n    c: Int, _ d: [A: A]) {}", "X.swift:2: x has 3"
            )
        ) { files in
            files.filter { $0.isSwift && $0.root != "Package.swift" }.flatMap { file in
                SignatureScan.signatures(in: file.code).filter { $0.unlabelled > maxUnlabelled }
                    .map { "\(file.path):\($0.line): \($0.name) has \($0.unlabelled) unlabelled parameters" }
            }
        },
        Rule(
            name: "documented parameters exist",
            plantedBreach: (
                "Sources/Net/X.swift",
                "/// - Parameters:\n///   - a: One.\n///   - b: Two.\n/// - Returns: c: three.\nfunc x(_ a: Int, to c: Int) {}\n"
                    + "/// - Parameter to: Four.\nfunc y(to z: Int) {}",
                "X.swift:3: x has no parameter b"
            )
        ) { files in
            files.filter(\.isSwift).flatMap { file in
                let signatures = SignatureScan.signatures(in: file.code)
                return DocumentedParameters.all(in: file.text).compactMap { documented in
                    let next = signatures.first { $0.line > documented.line }
                    let names = next?.parameters.flatMap { $0.split(separator: " ") } ?? []
                    return names.contains(Substring(documented.name))
                        ? nil : "\(file.path):\(documented.line): \(next?.name ?? "nothing") has no parameter \(documented.name)"
                }
            }
        },
        Rule(
            name: "no retired name returns",
            plantedBreach: ("Sources/Server/X.swift", "// Station is fine here\nfinal class Station {}", "X.swift:2: Station")
        ) { files in
            files.filter { $0.isSwift && $0.root == "Sources" }.flatMap { file in
                RetiredWords.found(in: file).map { "\(file.path):\($0.line): \($0.word)" }
            }
        },
    ]
}
