extension Rule {
    static let imports = [
        Rule(name: "arrows point down only", plantedBreach: ("Sources/Dialects/X.swift", "import Jobs\nimport Vendors\n", "X.swift:2:")) {
            files in
            files.filter { $0.isSwift && $0.root == "Sources" }.flatMap { file in
                let allowed = (ModuleDependencies.allowed[file.target] ?? []).union(ModuleDependencies.standard)
                    .union(ModuleDependencies.pure.contains(file.target) ? [] : ModuleDependencies.system)
                return file.imports.filter { !allowed.contains($0.module) }.map {
                    "\(file.path):\($0.line): \(file.target) imports \($0.module)"
                }
            }
        },
        Rule(
            name: "what a pure target imports is pure all the way down",
            plantedBreach: ("Sources/Seal/X.swift", "import Telemetry", "Seal imports Telemetry, which is not pure")
        ) { files in
            let arrows = actual(files)
            return ModuleDependencies.pure.sorted().flatMap { target in
                reachable(from: target, arrows).subtracting(ModuleDependencies.pure).subtracting(ModuleDependencies.allowedCModules)
                    .subtracting(ModuleDependencies.standard).sorted()
                    .map { "\(target) imports \($0), which is not pure" }
            }
        },
        Rule(name: "nothing imports Foundation", plantedBreach: ("Tests/WireTests/X.swift", "@testable import Foundation", "X.swift:1:")) {
            files in
            let heavy = ["Foundation", "FoundationEssentials", "FoundationNetworking", "XCTest"]
            return files.filter(\.isSwift).flatMap { file in
                file.imports.filter { heavy.contains($0.module) }.map { "\(file.path):\($0.line): imports \($0.module)" }
            }
        },
        Rule(name: "every target has its place in the table of arrows", plantedBreach: ("Sources/Extra/X.swift", "", "Extra")) { files in
            let targets = Set(files.filter { $0.root == "Sources" && $0.target != $0.name }.map(\.target))
            return targets.subtracting(ModuleDependencies.allowed.keys).sorted().map { "\($0) is not in the table of arrows" }
        },
        Rule(
            name: "the manifest declares the arrows of the table",
            plantedBreach: (
                "Package.swift", "let package = Package(targets: [module(\"Wire\", [\"Net\"])])", "Wire: manifest [\"Net\"], table []"
            )
        ) { files in
            let declared = files.last { $0.path == "Package.swift" }.map(ModuleDependencies.declared) ?? [:]
            return Set(declared.keys).union(ModuleDependencies.allowed.keys).sorted().filter {
                declared[$0] != ModuleDependencies.allowed[$0]
            }.map { target in
                "\(target): manifest \(declared[target]?.sorted() ?? ["nothing"]), "
                    + "table \(ModuleDependencies.allowed[target]?.sorted() ?? ["nothing"])"
            }
        },
    ]

    /// What the files of each target really import.
    private static func actual(_ files: [SourceFile]) -> [String: Set<String>] {
        files.filter { $0.isSwift && $0.root == "Sources" }.reduce(into: [:]) { arrows, file in
            arrows[file.target, default: []].formUnion(file.imports.map(\.module))
        }
    }

    private static func reachable(from target: String, _ arrows: [String: Set<String>]) -> Set<String> {
        var (seen, waiting): (Set<String>, [String]) = ([target], [target])
        while let next = waiting.popLast() {
            for module in arrows[next] ?? [] where seen.insert(module).inserted { waiting.append(module) }
        }
        return seen
    }
}
