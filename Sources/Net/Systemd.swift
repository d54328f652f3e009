import CLinux
import Glibc
import Wire

/// The protocol of the service manager that started this process: passed sockets (sd_listen_fds(3)) and notifications (sd_notify(3)). The
/// environment says whether there is one.
package enum Systemd {
    /// The listening sockets that were passed to this process. The service manager keeps them open too, so that no connection is refused
    /// while the process is replaced.
    /// - Throws: if a passed descriptor is not a listening stream socket.
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

    /// Sends `READY=1`, `RELOADING=1` or `STOPPING=1`, with a `STATUS=` for people. Does nothing without a service manager.
    package static func notify(_ state: String, status: String) {
        guard let path = environment("NOTIFY_SOCKET") else { return }
        _ = linux_notify(path, "\(state)\nMONOTONIC_USEC=\(Instant.now.nanoseconds / 1000)\nSTATUS=\(status)")
    }

    /// SD_LISTEN_FDS_START.
    private static let firstDescriptor: Int32 = 3
    private static let maxDescriptors: Int32 = 64

    private static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
