/// How the code of Sources is cut into files and functions.
struct CodeStatistics: CustomStringConvertible {
    private let filesPerModule: [(module: String, count: Int)]
    private let fileLines: [Int]
    private let functionLines: [Int]
    let functionsWithUnlabelled: Int
    let sharedTypeNames: Int
    let retiredWords: Int

    /// Below this many lines a file counts as short.
    private static let shortFile = 40

    init(_ files: [SourceFile]) {
        let sources = files.filter { $0.isSwift && $0.root == "Sources" }
        filesPerModule = Dictionary(grouping: sources, by: \.target).map { ($0.key, $0.value.count) }.sorted { $0.module < $1.module }
        fileLines = sources.map { $0.text.utf8.count { $0 == UInt8(ascii: "\n") } }.sorted()
        functionLines = sources.flatMap { FunctionScan.functions(in: $0.code).map(\.lines) }.sorted()
        functionsWithUnlabelled = sources.reduce(0) { sum, file in
            sum + SignatureScan.signatures(in: file.code).count { $0.unlabelled > Rule.maxUnlabelled }
        }
        sharedTypeNames = TopLevelTypes.shared(in: files).count
        retiredWords = sources.reduce(0) { $0 + RetiredWords.found(in: $1).count }
    }

    /// The share of files that are short, in percent.
    var shortFiles: Int { fileLines.isEmpty ? 0 : fileLines.count { $0 < CodeStatistics.shortFile } * 100 / fileLines.count }

    var description: String {
        """
        files per module: \(filesPerModule.map { "\($0.module) \($0.count)" }.joined(separator: ", "))
        lines per file: \(CodeStatistics.quantiles(of: fileLines, [50, 90])), under \(CodeStatistics.shortFile) lines: \(shortFiles) %
        lines per function: \(CodeStatistics.quantiles(of: functionLines, [50, 90, 99])) of \(functionLines.count) functions
        functions with three or more unlabelled parameters: \(functionsWithUnlabelled)
        top-level type names in two modules: \(sharedTypeNames)
        retired words: \(retiredWords)
        """
    }

    private static func quantiles(of sorted: [Int], _ percents: [Int]) -> String {
        percents.map { percent in
            let name = percent == 50 ? "median" : "p\(percent)"
            return "\(name) \(sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, sorted.count * percent / 100)])"
        }.joined(separator: ", ")
    }
}
