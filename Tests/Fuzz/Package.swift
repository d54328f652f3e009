// swift-tools-version: 6.2
import PackageDescription

// The fuzzers, apart from the product because a program without a main cannot be linked beside it. `make fuzz` in the root runs them.
// Sources and Fuzzing are links to the rooms themselves: one package, so that what is `package` there is seen here.

let house: [SwiftSetting] = [
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Sources/\(name)", swiftSettings: house)
}

let package = Package(
    name: "genlock-fuzz",
    targets: [
        .systemLibrary(name: "CNghttp2", path: "Sources/CNghttp2", pkgConfig: "libnghttp2"),
        .systemLibrary(name: "COpenSSL", path: "Sources/COpenSSL", pkgConfig: "openssl"),
        .systemLibrary(name: "CZlib", path: "Sources/CZlib", pkgConfig: "zlib"),
        .target(name: "CLinux", path: "Sources/CLinux"),
        .target(name: "CCatalog", path: "Sources/CCatalog", cSettings: [.unsafeFlags(["-std=c23"])]),
        room("Wire"),
        room("Crypto", ["Wire", "COpenSSL"]),
        room("HTTP", ["Wire", "CNghttp2", "CZlib"]),
        room("Jobs", ["Wire"]),
        room("Seal", ["Jobs", "Crypto", "Wire"]),
        room("Dialects", ["Jobs", "Wire"]),
        room("Catalog", ["Jobs", "Wire", "CCatalog"]),
        room("Vendors", ["Catalog", "Jobs", "Wire"]),
        room("Net", ["Wire", "CLinux", "COpenSSL"]),
        .target(
            name: "Fuzzing", dependencies: ["Crypto", "Dialects", "HTTP", "Jobs", "Net", "Seal", "Vendors", "Wire"], path: "Fuzzing",
            swiftSettings: house),
        .executableTarget(
            name: "fuzz", dependencies: ["Fuzzing", "Wire"], path: "Entry",
            swiftSettings: house + [.unsafeFlags(["-parse-as-library"])]),
    ],
    swiftLanguageModes: [.v6]
)
