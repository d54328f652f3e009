import Glibc
import Net

/// Receives the signals that stop or reload the program.
enum SignalHandling {
    /// Receives these signals. Runs on a loop.
    static func installSignals(_ numbers: [Int32] = [SIGTERM, SIGINT, SIGHUP]) throws(CLIError) -> Signals {
        do throws(StreamError) { return try Signals(numbers) } catch {
            throw CLIError(.badInput, "cannot receive signals: \(error)")
        }
    }

    /// From now on the first SIGINT, SIGTERM or SIGHUP ends the process, after printing what `note` returns. Runs on a loop.
    static func exitOnSignal(printing note: @escaping () -> String) throws(CLIError) {
        let signals = try installSignals([SIGTERM, SIGINT] + (isIgnored(SIGHUP) ? [] : [SIGHUP]))
        Loop.fork {
            guard await signals.next() != nil else { return }
            Console.printNote(note())
            exit(ExitStatus.interrupted.rawValue)
        }
    }

    /// Whether the signal is ignored, as under nohup(1).
    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0 else { return false }
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}
