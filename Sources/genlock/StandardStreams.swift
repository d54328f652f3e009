import Glibc

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
