extension Rule {
    /// Names that access a clock, randomness, the environment, files, sockets or the console.
    private static let effects = [
        "ContinuousClock", "SuspendingClock", "Task.sleep", "clock_gettime", "gettimeofday", "time(nil)", "SystemRandomNumberGenerator",
        "randomElement", "shuffled()", ".random(", "getrandom", "RAND_bytes", "getenv", "socket(", "connect(", "fopen", "readLine()",
        "CommandLine", "print(", "debugPrint(", "dump(", "Task {", "Task.detached",
    ]

    /// The one place where randomness is wrapped, so that other code gets it passed.
    private static let excused = ["Sources/Crypto/RandomSource.swift": ["RAND_bytes"]]

    /// Modules that use only intervals, never the time of day.
    private static let intervals: Set<String> = ["Routing", "Client"]

    static let purity = [
        Rule(
            name: "intervals do not use the time of day, which may be set",
            plantedBreach: ("Sources/Routing/X.swift", "struct X {\n    var until: Timestamp\n}", "X.swift:2:")
        ) { files in
            files.filter { $0.isSwift && $0.root == "Sources" && intervals.contains($0.target) }.flatMap { file in
                file.lines(of: file.code, with: ["Timestamp", "WallClock"]).map { "\(file.path):\($0.line): use Instant, not \($0.word)" }
            }
        },
        Rule(
            name: "pure modules have no clock, no randomness, no I/O",
            plantedBreach: ("Sources/Routing/X.swift", "let x = 1\nlet y = Int.random(in: 0...1) // print(", "X.swift:2: .random(")
        ) { files in
            files.filter { $0.isSwift && $0.root == "Sources" && ModuleDependencies.pure.contains($0.target) }.flatMap { file in
                file.lines(of: file.code, with: effects).filter { excused[file.path]?.contains($0.word) != true }
                    .map { "\(file.path):\($0.line): \($0.word)" }
            }
        },
    ]
}
