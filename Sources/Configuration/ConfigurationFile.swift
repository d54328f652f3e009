import Glibc
import Wire

/// Reads small text files: the configuration itself and the secrets it names.
package enum ConfigurationFile {
    package static let mostBytes = 1 << 20

    /// Why a file could not be read: `No such file or directory`.
    package struct Failure: Error {
        package var reason: String
        /// There is no such file.
        package var isMissing = false
        package init(reason: String, isMissing: Bool = false) {
            self.reason = reason
            self.isMissing = isMissing
        }
    }

    package static func bytes(at path: String, atMost limit: Int = mostBytes) throws(Failure) -> Bytes {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw failure(errno) }
        defer { close(file) }
        var bytes = Bytes()
        var piece = Bytes(repeating: 0, count: 64 * 1024)
        while true {
            let count = read(file, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(errno) }
            guard count > 0 else { return bytes }
            bytes.append(contentsOf: piece[..<count])
            guard bytes.count <= limit else { throw Failure(reason: "it is larger than \(limit) bytes") }
        }
    }

    package static func text(at path: String) throws(Failure) -> String {
        guard let text = String(validating: try bytes(at: path), as: UTF8.self) else { throw Failure(reason: "it is not UTF-8 text") }
        return text
    }

    private static func failure(_ code: Int32) -> Failure {
        Failure(reason: String(cString: strerror(code)), isMissing: code == ENOENT)
    }
}
