import ArgumentParser
import Glibc

/// Where the process begins.
@main
enum Program {
    static func main() { launch() }
}

/// Parses the command line and runs the command. Not part of `main`, which belongs to the main actor: nothing here may, since the main
/// thread becomes a loop.
nonisolated func launch() {
    StandardStreams.open()
    do {
        var command = try Genlock.parseAsRoot(Arguments.given)
        let type = type(of: command)
        if !type.configuration.subcommands.isEmpty {
            Console.note(Genlock.helpMessage(for: type))
            exit(Ending.badInput.rawValue)
        }
        try command.run()
        exit(Ending.done.rawValue)
    } catch let complaint as Complaint {
        Console.complain(complaint.message)
        exit(complaint.ending.rawValue)
    } catch {
        let text = Genlock.fullMessage(for: error)
        guard Genlock.exitCode(for: error).isSuccess else {
            Console.note(text)
            exit(Ending.badInput.rawValue)
        }
        Console.print(text)
        exit(Ending.done.rawValue)
    }
}
