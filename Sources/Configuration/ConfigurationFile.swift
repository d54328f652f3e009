import Glibc
import Wire

/// Reads small text files: the configuration and the secrets that it names.
package enum ConfigurationFile {
    package static let maxBytes = 1 << 20
    package static let maxVendorFiles = 1000

    /// Why a file could not be read: `No such file or directory`.
    package struct ReadError: Error {
        package var reason: String
        /// Whether the file does not exist.
        package var isMissing = false
        package init(reason: String, isMissing: Bool = false) {
            self.reason = reason
            self.isMissing = isMissing
        }
    }

    package static func readBytes(at path: String, atMost limit: Int = maxBytes) throws(ReadError) -> Bytes {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw readError(code: errno) }
        defer { close(file) }
        var bytes = Bytes()
        var piece = Bytes(repeating: 0, count: 64 * 1024)
        while true {
            let count = read(file, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw readError(code: errno) }
            guard count > 0 else { return bytes }
            bytes.append(contentsOf: piece[..<count])
            guard bytes.count <= limit else { throw ReadError(reason: "it is larger than \(limit) bytes") }
        }
    }

    package static func readText(at path: String) throws(ReadError) -> String {
        guard let text = String(validating: try readBytes(at: path), as: UTF8.self) else { throw ReadError(reason: "it is not UTF-8 text") }
        return text
    }

    /// The `.json` files of a folder, sorted by name, without hidden ones.
    package static func readVendorFiles(in folder: String) throws(ReadError) -> [Configuration.VendorFile] {
        guard let stream = opendir(folder) else { throw readError(code: errno) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            guard name.hasSuffix(".json"), !name.hasPrefix(".") else { continue }
            names.append(name)
            guard names.count <= maxVendorFiles else { throw ReadError(reason: "it has more than \(maxVendorFiles) files") }
        }
        var files: [Configuration.VendorFile] = []
        for name in names.sorted() {
            let path = folder.hasSuffix("/") ? folder + name : folder + "/" + name
            files.append(Configuration.VendorFile(path: path, text: try readBytes(at: path)))
        }
        return files
    }

    private static func readError(code: Int32) -> ReadError {
        ReadError(reason: String(cString: strerror(code)), isMissing: code == ENOENT)
    }
}
