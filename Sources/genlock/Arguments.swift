import Glibc

/// The arguments of the command line after the program's name.
enum Arguments {
    /// Read from the kernel. Swift's `CommandLine` finds them next to `environ`, which moves if a preloaded library sets a variable before
    /// `main`: it has none then (swiftlang/swift#76080). It is used only without /proc.
    static var current: [String] { fromKernel ?? Array(CommandLine.arguments.dropFirst()) }

    private static var fromKernel: [String]? {
        guard let file = fopen("/proc/self/cmdline", "re") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 * 1024)
        while case let count = fread(&piece, 1, piece.count, file), count > 0 { bytes += piece[..<count] }
        return words(in: bytes)
    }

    /// - Parameter bytes: NUL-terminated words, the first of which is the program's name.
    /// - Returns: nil without a name.
    static func words(in bytes: [UInt8]) -> [String]? {
        guard bytes.last == 0 else { return nil }
        let words = bytes.dropLast().split(separator: 0, omittingEmptySubsequences: false)
        return words.dropFirst().map { String(decoding: $0, as: UTF8.self) }
    }
}
