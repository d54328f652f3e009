import CLinux
import Glibc
import Wire

/// The service manager that started this process, as far as the environment tells of one: which sockets it passed on, and what it wants to
/// hear (sd_listen_fds(3), sd_notify(3)).
package enum Systemd {
    /// The listening sockets that were passed to this very process. They stay with the service manager too, so that nobody is refused while
    /// the process is replaced.
    /// - Throws: a socket that does not listen for streams.
    package static func takeListeners() throws(StreamError) -> [Listener] {
        guard let pid = environment("LISTEN_PID").flatMap({ Int32($0) }), pid == getpid(),
            let count = environment("LISTEN_FDS").flatMap({ Int32($0) }), count > 0
        else { return [] }
        var listeners: [Listener] = []
        for descriptor in firstDescriptor..<(firstDescriptor + min(count, maxDescriptors)) {
            listeners.append(try Listener(adopting: descriptor))
        }
        return listeners
    }

    /// `READY=1`, `RELOADING=1`, `STOPPING=1`, each with a `STATUS=` for people. Does nothing where nobody listens.
    package static func notify(_ state: String, status: String) {
        guard let path = environment("NOTIFY_SOCKET") else { return }
        _ = linux_notify(path, "\(state)\nMONOTONIC_USEC=\(Instant.now.nanoseconds / 1000)\nSTATUS=\(status)")
    }

    /// SD_LISTEN_FDS_START.
    private static let firstDescriptor: Int32 = 3
    private static let maxDescriptors: Int32 = 64

    private static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
