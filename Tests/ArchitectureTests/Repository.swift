import Glibc

/// The files of this repository, located from the path of this file.
enum Repository {
    static let root: String = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }

    /// Every text file below Sources, Tests and config, and those at the top, without transcripts of clients and vendors.
    static let files: [SourceFile] = {
        let below = ["Sources", "Tests", "config", ".ci"].flatMap { paths(under: $0) }
        let top = ["Package.swift", "Makefile", "Dockerfile", "README.md"]
        return (below + top).sorted().compactMap { path in read(path).map { SourceFile(path, $0) } }
    }()

    static var swift: [SourceFile] { files.filter(\.isSwift) }

    /// The text of a file; nil if it does not exist or is not UTF-8.
    static func read(_ path: String) -> String? {
        guard let file = fopen(root + "/" + path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 * 1024)
        while case let count = fread(&piece, 1, piece.count, file), count > 0 { bytes += piece[..<count] }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func paths(under folder: String) -> [String] {
        guard let stream = opendir(root + "/" + folder) else { return [] }
        defer { closedir(stream) }
        var found: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            guard !name.hasPrefix("."), !["__pycache__", "Transcripts"].contains(name) else { continue }
            let path = folder + "/" + name
            if entry.pointee.d_type == UInt8(DT_DIR) { found += paths(under: path) } else { found.append(path) }
        }
        return found
    }
}
