/// Which target may import which: the hourglass. Equal to the package's manifest, and checked against it.
enum ModuleDependencies {
    static let allowed: [String: Set<String>] = [
        "CNghttp2": [], "COpenSSL": [], "CZlib": [], "CSQLite": [], "CYaml": [], "CLinux": [], "CCatalog": [],

        "Wire": [],
        "Crypto": ["Wire", "COpenSSL"],
        "HTTP": ["Wire", "CNghttp2", "CZlib"],
        "Jobs": ["Wire"],
        "Catalog": ["Jobs", "Wire", "CCatalog"],
        "Seal": ["Jobs", "Crypto", "Wire"],
        "Routing": ["Jobs", "Catalog", "Wire"],
        "Dialects": ["Jobs", "Wire"],
        "Vendors": ["Catalog", "Jobs", "Wire"],
        "TestCard": ["Jobs", "Wire"],

        "Net": ["Wire", "CLinux", "COpenSSL"],
        "Server": ["Net", "HTTP", "Wire"],
        "Client": ["Net", "HTTP", "Wire"],
        "Configuration": ["Crypto", "Jobs", "Wire", "CYaml"],
        "Journal": ["Jobs", "Wire", "Net", "CSQLite", "CLinux"],
        "Watching": ["Jobs", "Journal", "Net", "Wire"],
        "Webhooks": ["Client", "Crypto", "Jobs", "Journal", "Net", "Seal", "Telemetry", "Wire"],
        "Telemetry": ["Wire", "Logging", "Metrics"],
        "Storage": ["Client", "Crypto", "Dialects", "Jobs", "Net", "Seal", "Server", "Wire"],
        "Upstream": [
            "Catalog", "Client", "Configuration", "Crypto", "Jobs", "Net", "Routing", "Seal", "Server", "Telemetry", "Vendors", "Wire",
        ],
        "JobState": ["Crypto", "Dialects", "Jobs", "Journal", "Net", "Seal", "Wire"],
        "Access": ["Configuration", "Crypto", "Jobs", "Net", "Routing", "Seal", "Server", "Telemetry", "Wire"],
        "Gateway": [
            "Access", "Catalog", "Client", "Configuration", "Crypto", "Dialects", "HTTP", "JobState", "Jobs", "Journal", "Net", "Routing",
            "Seal", "Server", "Storage", "Telemetry", "Upstream", "Vendors", "Watching", "Webhooks", "Wire",
        ],
        "Application": [
            "Access", "Catalog", "Client", "Configuration", "Crypto", "Dialects", "Gateway", "HTTP", "JobState", "Jobs", "Journal", "Net",
            "Routing", "Seal", "Server", "Storage", "Telemetry", "TestCard", "Upstream", "Vendors", "Watching", "Webhooks", "Wire",
        ],
        "genlock": [
            "Access", "Application", "Catalog", "Client", "Configuration", "Crypto", "Gateway", "Jobs", "Journal", "Net", "Routing",
            "Seal", "Server", "Telemetry", "Upstream", "Webhooks", "Wire", "ArgumentParser",
        ],
    ]

    /// Targets that touch nothing outside themselves.
    static let pure: Set<String> = [
        "Wire", "Crypto", "HTTP", "Jobs", "Catalog", "Seal", "Routing", "Dialects", "Vendors", "TestCard",
    ]

    /// What pure targets may import beyond each other: libraries that only compute, and data.
    static let allowedCModules: Set<String> = ["COpenSSL", "CNghttp2", "CZlib", "CCatalog"]

    /// Part of every Swift toolchain; the second only for targets with effects.
    static let standard: Set<String> = ["Swift", "Synchronization"]
    static let system: Set<String> = ["Glibc", "Dispatch"]

    /// The targets of a manifest with what they depend on, tests left out.
    static func declared(in manifest: SourceFile) -> [String: Set<String>] {
        var result: [String: Set<String>] = [:]
        for opener in ["module(", "library(", ".target(", ".executableTarget("] {
            for piece in manifest.uncommented.split(separator: opener, omittingEmptySubsequences: false).dropFirst() {
                guard let name = literals(in: piece).first, isDeclaration(piece), !isForTests(piece) else { continue }
                result[name] = Set(opener == "library(" ? [] : dependencies(in: piece))
            }
        }
        return result
    }

    /// Whether the name is written out: `module("Wire"`, `.target(name: "CLinux"`, not `func module(_ name: String`.
    private static func isDeclaration(_ text: Substring) -> Bool {
        let head = text.prefix { $0 != "\"" }.filter { !$0.isWhitespace }
        return head.isEmpty || head == "name:"
    }

    /// Tables that several test targets walk are a target of their own.
    private static func isForTests(_ text: Substring) -> Bool {
        text.prefix(upTo: closing(of: "(", ")", in: text, depth: 1)).contains("path: \"Tests/")
    }

    /// The literals of the first list in the call, of a product only its name. A C target's settings are none.
    private static func dependencies(in text: Substring) -> [String] {
        let call = text.prefix(upTo: closing(of: "(", ")", in: text, depth: 1))
        guard let open = call.firstIndex(of: "["), !call[..<open].contains("Settings") else { return [] }
        return literals(in: call[open...].prefix(upTo: closing(of: "[", "]", in: call[open...], depth: 0)))
    }

    private static func literals(in text: Substring) -> [String] {
        let parts = text.split(separator: "\"", omittingEmptySubsequences: false)
        return stride(from: 1, to: parts.count, by: 2).filter { !parts[$0 - 1].hasSuffix("package: ") }.map { String(parts[$0]) }
    }

    private static func closing(of open: Character, _ close: Character, in text: Substring, depth: Int) -> String.Index {
        var depth = depth
        for place in text.indices {
            if text[place] == open { depth += 1 }
            if text[place] == close { depth -= 1 }
            if depth == 0 { return place }
        }
        return text.endIndex
    }
}
