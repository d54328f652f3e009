import Glibc
import Testing
import Wire

/// Files below Tests/Transcripts, wherever the package was checked out.
enum DataFiles {
    static let root: String = {
        let folders = #filePath.split(separator: "/").dropLast(2)
        return "/" + folders.joined(separator: "/") + "/Transcripts/dialects"
    }()

    /// The bytes of a file; one that is missing fails the tests that would do without its cases.
    static func contents(of path: String) -> Bytes? {
        guard let file = fopen(root + "/" + path, "rb") else {
            Issue.record("\(root)/\(path) cannot be read")
            return nil
        }
        defer { fclose(file) }
        var bytes = Bytes()
        var buffer = Bytes(repeating: 0, count: 65_536)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            guard count > 0 else { return bytes }
            bytes.append(contentsOf: buffer[..<count])
        }
    }

    /// The names in a folder that end so, in order.
    static func names(in folder: String, ending: String) -> [String] {
        guard let directory = opendir(root + "/" + folder) else {
            Issue.record("\(root)/\(folder) cannot be read")
            return []
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
            }
            if name.hasSuffix(ending), !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    static func lines(of path: String) -> [String] {
        guard let bytes = contents(of: path) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
}
