import ArgumentParser
import Glibc

/// The entry point of the process.
@main
enum Program {
    static func main() { launch() }
}

/// Parses the command line and runs the command. Not part of `main`, which is isolated to the main actor: the main thread becomes a loop.
nonisolated func launch() {
    StandardStreams.open()
    do {
        let words = Arguments.current
        if let quick = QuickCommand(words) {
            try quick.run()
            exit(ExitStatus.success.rawValue)
        }
        var command = try Genlock.parseAsRoot(words)
        let type = type(of: command)
        if !type.configuration.subcommands.isEmpty {
            Console.printNote(Genlock.helpMessage(for: type))
            exit(ExitStatus.badInput.rawValue)
        }
        try command.run()
        exit(ExitStatus.success.rawValue)
    } catch let cliError as CLIError {
        Console.printError(cliError.message)
        exit(cliError.exitStatus.rawValue)
    } catch {
        let text = Genlock.fullMessage(for: error)
        guard Genlock.exitCode(for: error).isSuccess else {
            Console.printNote(text)
            exit(ExitStatus.badInput.rawValue)
        }
        Console.print(text)
        exit(ExitStatus.success.rawValue)
    }
}

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

/// Descriptors 0, 1 and 2.
enum StandardStreams {
    /// Opens those that the caller closed, so that no socket or database gets their numbers and messages are written into it. Reads end at
    /// once. Writes fail as on a closed descriptor: /dev/null is open for reading only.
    static func open() {
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) < 0 && errno == EBADF {
            _ = Glibc.open("/dev/null", O_RDONLY)
        }
    }
}
