import Glibc
import Net

/// Ctrl-C.
enum Interruption {
    /// The signals that ask a program to stop or to reload. Runs on a loop.
    static func signals(_ numbers: [Int32] = [SIGTERM, SIGINT, SIGHUP]) throws(Complaint) -> Signals {
        do throws(StreamFailure) { return try Signals(numbers) } catch {
            throw Complaint(.badInput, "signals cannot be received: \(error)")
        }
    }

    /// From now on the first SIGINT, SIGTERM or SIGHUP ends the process, after saying what `lastWords` returns. Runs on a loop.
    static func end(saying lastWords: @escaping () -> String) throws(Complaint) {
        let signals = try signals([SIGTERM, SIGINT] + (isIgnored(SIGHUP) ? [] : [SIGHUP]))
        Loop.fork {
            guard await signals.next() != nil else { return }
            Console.note(lastWords())
            exit(Ending.interrupted.rawValue)
        }
    }

    /// As under nohup(1).
    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0 else { return false }
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}
