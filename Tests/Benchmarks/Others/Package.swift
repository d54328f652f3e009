// swift-tools-version: 6.1
import PackageDescription

/// Plain servers in Swift, to compare an answer of our own server with; apart from the product, which needs none of these packages.
/// `make bench` builds them.
let package = Package(
    name: "others",
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/swhitty/FlyingFox", exact: "0.27.1"),
    ],
    targets: [
        .executableTarget(name: "hummingbird-answer", dependencies: [.product(name: "Hummingbird", package: "hummingbird")]),
        .executableTarget(name: "flyingfox-answer", dependencies: [.product(name: "FlyingFox", package: "FlyingFox")]),
    ]
)
