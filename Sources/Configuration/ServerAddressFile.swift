import Glibc
import Wire

/// The file in the state folder in which a running server writes its address. `genlock healthcheck` reads it, so that it checks the running
/// server and not the configuration on the disk.
package struct ServerAddressFile: Sendable, Equatable {
    package static let fileName = "server.address"
    private static let maxBytes = 4096

    package var address: Configuration.Listen
    package var isTLS: Bool
    /// The id of the process that wrote it.
    package var process: Int32

    package init(_ address: Configuration.Listen, isTLS: Bool, process: Int32 = getpid()) {
        (self.address, self.isTLS, self.process) = (address, isTLS, process)
    }

    /// `plain 17 127.0.0.1:8080`; nil for anything else.
    package init?(parsing text: String) {
        let words = text.trimmed.split(separator: " ", maxSplits: 2).map(String.init)
        guard words.count == 3, ["plain", "tls"].contains(words[0]), let process = Int32(words[1]),
            let address = Configuration.Listen(words[2])
        else { return nil }
        self.init(address, isTLS: words[0] == "tls", process: process)
    }

    package var text: String { "\(isTLS ? "tls" : "plain") \(process) \(address)\n" }

    /// Replaces the file. In a folder that cannot be written there is none: the health check then uses the configuration.
    package func write(in folder: String) {
        let (path, draft) = (folder + "/" + ServerAddressFile.fileName, folder + "/\(ServerAddressFile.fileName).\(process)")
        let file = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { return }
        let bytes = Bytes(text.utf8)
        let isWhole = Glibc.write(file, bytes, bytes.count) == bytes.count
        close(file)
        if !isWhole || rename(draft, path) != 0 { unlink(draft) }
    }

    /// Removes the file at the end, unless another server has replaced it.
    package func remove(in folder: String) {
        if ServerAddressFile.read(in: folder) == self { unlink(folder + "/" + ServerAddressFile.fileName) }
    }

    package static func read(in folder: String) -> ServerAddressFile? {
        ConfigurationFile.readRegularFile(at: folder + "/" + fileName, atMost: maxBytes)
            .flatMap { String(validating: $0, as: UTF8.self) }.flatMap(ServerAddressFile.init(parsing:))
    }
}

extension ConfigurationFile {
    /// The bytes of a regular file; nil for everything else. Never blocks on a pipe.
    static func readRegularFile(at path: String, atMost limit: Int = maxBytes) -> Bytes? {
        let file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= limit else { return nil }
        var bytes = Bytes(repeating: 0, count: Int(status.st_size))
        let count = read(file, &bytes, bytes.count)
        return count >= 0 ? Bytes(bytes.prefix(count)) : nil
    }
}
