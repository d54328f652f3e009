// swift-tools-version: 6.2
import PackageDescription

/// Warnings are errors; async functions stay on the loop that called them: each suspension costs one enqueue.
let strictSettings: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strictSettings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: strictSettings)
}

func library(_ name: String, _ pkgConfig: String, _ package: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([package])])
}

let package = Package(
    name: "genlock",
    products: [.executable(name: "genlock", targets: ["genlock"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", exact: "2.13.0"),
        // Only for `swift package generate-documentation`; nothing of it is built otherwise.
        .package(url: "https://github.com/swiftlang/swift-docc-plugin", exact: "1.5.0"),
    ],
    targets: [
        // System libraries and small C modules.
        library("CNghttp2", "libnghttp2", "libnghttp2-dev"),
        library("COpenSSL", "openssl", "libssl-dev"),
        library("CZlib", "zlib", "zlib1g-dev"),
        library("CSQLite", "sqlite3", "libsqlite3-dev"),
        library("CYaml", "yaml-0.1", "libyaml-dev"),
        .target(name: "CLinux"),
        .target(name: "CCatalog", cSettings: [.unsafeFlags(["-std=c23"])]),

        // Pure modules: no sockets, no files, no clock, no randomness.
        module("Wire"),
        module("Crypto", ["Wire", "COpenSSL"]),
        module("HTTP", ["Wire", "CNghttp2", "CZlib"]),
        module("Jobs", ["Wire"]),
        module("Catalog", ["Jobs", "Wire", "CCatalog"]),
        module("Seal", ["Jobs", "Crypto", "Wire"]),
        module("Routing", ["Jobs", "Catalog", "Wire"]),
        module("Dialects", ["Jobs", "Wire"]),
        module("Vendors", ["Catalog", "Jobs", "Wire"]),
        module("TestCard", ["Jobs", "Wire"]),

        // Modules with effects.
        module("Net", ["Wire", "CLinux", "COpenSSL"]),
        module("Server", ["Net", "HTTP", "Wire"]),
        module("Client", ["Net", "HTTP", "Wire"]),
        module("Configuration", ["Crypto", "Jobs", "Wire", "CYaml"]),
        module("Journal", ["Jobs", "Wire", "Net", "CSQLite", "CLinux"]),
        module("Watching", ["Jobs", "Journal", "Net", "Wire"]),
        module("Webhooks", ["Client", "Crypto", "Jobs", "Journal", "Net", "Seal", "Telemetry", "Wire"]),
        module(
            "Telemetry", ["Wire", .product(name: "Logging", package: "swift-log"), .product(name: "Metrics", package: "swift-metrics")]),
        module("Storage", ["Client", "Crypto", "Dialects", "Jobs", "Net", "Seal", "Server", "Wire"]),
        module(
            "Upstream",
            [
                "Catalog", "Client", "Configuration", "Crypto", "Jobs", "Net", "Routing", "Seal", "Server", "Telemetry", "Vendors", "Wire",
            ]),
        module("JobState", ["Crypto", "Dialects", "Jobs", "Journal", "Net", "Seal", "Wire"]),
        module("Access", ["Configuration", "Crypto", "Jobs", "Net", "Routing", "Seal", "Server", "Telemetry", "Wire"]),
        module(
            "Gateway",
            [
                "Access", "Catalog", "Client", "Configuration", "Crypto", "Dialects", "HTTP", "JobState", "Jobs", "Journal", "Net",
                "Routing", "Seal", "Server", "Storage", "Telemetry", "Upstream", "Vendors", "Watching", "Webhooks", "Wire",
            ]),
        module(
            "Application",
            [
                "Access", "Catalog", "Client", "Configuration", "Crypto", "Dialects", "Gateway", "HTTP", "JobState", "Jobs", "Journal",
                "Net", "Routing", "Seal", "Server", "Storage", "Telemetry", "TestCard", "Upstream", "Vendors", "Watching",
                "Webhooks", "Wire",
            ]),
        .executableTarget(
            name: "genlock",
            dependencies: [
                "Access", "Application", "Catalog", "Client", "Configuration", "Crypto", "Gateway", "Jobs", "Journal", "Net", "Routing",
                "Seal", "Server", "Telemetry", "Upstream", "Webhooks", "Wire",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strictSettings),

        // Tables of cases that several test targets walk.
        .target(name: "Conformance", path: "Tests/Conformance", swiftSettings: strictSettings),
        .executableTarget(
            name: "conformance-cases", dependencies: ["Conformance"], path: "Tests/ConformanceCases", swiftSettings: strictSettings),

        // What strangers' bytes must not break; fuzzed by the package in Tests/Fuzz.
        .target(
            name: "Fuzzing", dependencies: ["Crypto", "Dialects", "HTTP", "Jobs", "Net", "Seal", "Vendors", "Wire"],
            path: "Tests/Fuzzing", swiftSettings: strictSettings),

        tests("WireTests", ["Wire"]),
        tests("CryptoTests", ["Crypto", "Wire", "COpenSSL"]),
        tests("HTTPTests", ["HTTP", "Wire", "Conformance"]),
        tests("NetTests", ["Net", "Wire", "CLinux"]),
        tests("ServerTests", ["Server", "Net", "HTTP", "Wire", "CLinux", "Conformance"]),
        tests("ClientTests", ["Client", "Server", "Net", "HTTP", "Wire", "CLinux"]),
        tests("JobsTests", ["Jobs", "Wire"]),
        tests("CatalogTests", ["Catalog", "Jobs", "Wire"]),
        tests("SealTests", ["Seal", "Crypto", "Jobs", "Wire"]),
        tests("RoutingTests", ["Routing", "Catalog", "Jobs", "Wire"]),
        tests("DialectTests", ["Dialects", "Fuzzing", "Jobs", "Wire"]),
        tests("VendorTests", ["genlock", "Vendors", "Catalog", "Crypto", "Fuzzing", "Jobs", "Seal", "Wire"]),
        tests("TestCardTests", ["TestCard", "Jobs", "Wire"]),
        tests("ConfigurationTests", ["Configuration", "Crypto", "Fuzzing", "Jobs", "Wire"]),
        tests("JournalTests", ["Journal", "Jobs", "Wire"]),
        tests("WatchingTests", ["Watching", "Wire"]),
        tests("WebhookTests", ["Webhooks", "Client", "Crypto", "Jobs", "Journal", "Net", "Seal", "Server", "Telemetry", "Wire"]),
        tests(
            "TelemetryTests",
            ["Telemetry", "Wire", .product(name: "Logging", package: "swift-log"), .product(name: "Metrics", package: "swift-metrics")]),
        tests(
            "GatewayTests",
            [
                "Access", "Application", "Catalog", "Client", "Configuration", "Crypto", "Dialects", "Fuzzing", "Gateway", "JobState",
                "Jobs", "Journal", "Net", "Routing", "Seal", "Server", "Storage", "Telemetry", "TestCard", "Upstream", "Vendors", "Wire",
            ]),
        tests(
            "CommandTests",
            [
                "genlock", "Access", "Application", "Catalog", "Configuration", "Crypto", "Gateway", "Jobs", "Journal", "Webhooks",
                "Wire",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        tests("FuzzTests", ["Fuzzing", "Wire"]),
        .testTarget(
            name: "ArchitectureTests", dependencies: [], exclude: ["retired-words.txt"], swiftSettings: strictSettings),
    ],
    swiftLanguageModes: [.v6]
)
