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
        var command = try Genlock.parseAsRoot(Arguments.current)
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
