extension Law {
    static let imports = [
        Law(name: "arrows point down only", planted: ("Sources/Dialects/X.swift", "import Jobs\nimport Vendors\n", "X.swift:2:")) { files in
            files.filter { $0.isSwift && $0.root == "Sources" }.flatMap { file in
                let allowed = (Arrows.allowed[file.target] ?? []).union(Arrows.standard)
                    .union(Arrows.pure.contains(file.target) ? [] : Arrows.system)
                return file.imports.filter { !allowed.contains($0.module) }.map {
                    "\(file.path):\($0.line): \(file.target) imports \($0.module)"
                }
            }
        },
        Law(
            name: "what a pure target imports is pure all the way down",
            planted: ("Sources/Seal/X.swift", "import Telemetry", "Seal imports Telemetry, which is not pure")
        ) { files in
            let arrows = actual(files)
            return Arrows.pure.sorted().flatMap { target in
                reachable(from: target, arrows).subtracting(Arrows.pure).subtracting(Arrows.harmless).subtracting(Arrows.standard).sorted()
                    .map { "\(target) imports \($0), which is not pure" }
            }
        },
        Law(name: "nothing imports Foundation", planted: ("Tests/WireTests/X.swift", "@testable import Foundation", "X.swift:1:")) {
            files in
            let heavy = ["Foundation", "FoundationEssentials", "FoundationNetworking", "XCTest"]
            return files.filter(\.isSwift).flatMap { file in
                file.imports.filter { heavy.contains($0.module) }.map { "\(file.path):\($0.line): imports \($0.module)" }
            }
        },
        Law(name: "every target has its place in the table of arrows", planted: ("Sources/Extra/X.swift", "", "Extra")) { files in
            let targets = Set(files.filter { $0.root == "Sources" }.map(\.target))
            return targets.subtracting(Arrows.allowed.keys).sorted().map { "\($0) is not in the table of arrows" }
        },
        Law(
            name: "the manifest declares the arrows of the table",
            planted: ("Package.swift", "let package = Package(targets: [room(\"Wire\", [\"Net\"])])", "Wire: manifest [\"Net\"], table []")
        ) { files in
            let declared = files.last { $0.path == "Package.swift" }.map(Arrows.declared) ?? [:]
            return Set(declared.keys).union(Arrows.allowed.keys).sorted().filter { declared[$0] != Arrows.allowed[$0] }.map { target in
                "\(target): manifest \(declared[target]?.sorted() ?? ["nothing"]), table \(Arrows.allowed[target]?.sorted() ?? ["nothing"])"
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
