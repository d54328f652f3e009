// swift-tools-version: 6.2
import PackageDescription

// The fuzzers, apart from the product because a program without a main cannot be linked beside it. `make fuzz` in the root runs them.
// Sources and Fuzzing are links to the modules themselves: one package, so that their `package` declarations are visible here.

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Sources/\(name)", swiftSettings: settings)
}

let package = Package(
    name: "genlock-fuzz",
    targets: [
        .systemLibrary(name: "CNghttp2", path: "Sources/CNghttp2", pkgConfig: "libnghttp2"),
        .systemLibrary(name: "COpenSSL", path: "Sources/COpenSSL", pkgConfig: "openssl"),
        .systemLibrary(name: "CZlib", path: "Sources/CZlib", pkgConfig: "zlib"),
        .target(name: "CLinux", path: "Sources/CLinux"),
        .target(name: "CCatalog", path: "Sources/CCatalog", cSettings: [.unsafeFlags(["-std=c23"])]),
        module("Wire"),
        module("Crypto", ["Wire", "COpenSSL"]),
        module("HTTP", ["Wire", "CNghttp2", "CZlib"]),
        module("Jobs", ["Wire"]),
        module("Seal", ["Jobs", "Crypto", "Wire"]),
        module("Dialects", ["Jobs", "Wire"]),
        module("Catalog", ["Jobs", "Wire", "CCatalog"]),
        module("Vendors", ["Catalog", "Jobs", "Wire"]),
        module("Net", ["Wire", "CLinux", "COpenSSL"]),
        .target(
            name: "Fuzzing", dependencies: ["Crypto", "Dialects", "HTTP", "Jobs", "Net", "Seal", "Vendors", "Wire"], path: "Fuzzing",
            swiftSettings: settings),
        .executableTarget(
            name: "fuzz", dependencies: ["Fuzzing", "Wire"], path: "Entry",
            swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])]),
    ],
    swiftLanguageModes: [.v6]
)
