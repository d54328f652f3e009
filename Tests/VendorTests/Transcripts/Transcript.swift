import Glibc
import Wire

/// One conversation with a vendor as a text file: see the README beside the files.
struct Transcript: Sendable, CustomStringConvertible {
    struct Section: Sendable {
        var name: String
        /// What stands behind the name: the status of a reply.
        var argument: String
        var head: [String]
        var body: String
        var line: Int
    }

    var vendor: String
    var name: String
    var header: [String: String] = [:]
    var sections: [Section] = []

    var description: String { "\(vendor)/\(name)" }

    init(vendor: String, name: String, text: String) {
        self.vendor = vendor
        self.name = name
        var inBody = false
        for (place, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.hasPrefix("=== ") {
                let words = line.dropFirst(4).split(separator: " ", maxSplits: 1).map(String.init)
                sections.append(Section(name: words[0], argument: words.count > 1 ? words[1] : "", head: [], body: "", line: place + 1))
                inBody = false
            } else if sections.isEmpty {
                let halves = line.split(separator: ":", maxSplits: 1)
                if halves.count == 2 { header[String(halves[0])] = String(halves[1].drop { $0 == " " }) }
            } else if !inBody && line.isEmpty {
                inBody = true
            } else if inBody {
                sections[sections.count - 1].body += line + "\n"
            } else {
                sections[sections.count - 1].head.append(String(line))
            }
        }
    }

    /// The values of `secret NAME` or `setting NAME`, by name.
    func values(_ kind: String) -> [String: String] {
        var result: [String: String] = [:]
        for (key, value) in header where key.hasPrefix(kind + " ") { result[String(key.dropFirst(kind.count + 1))] = value }
        return result
    }

    /// Every transcript in the folder of vendor transcripts, in order.
    static let all: [Transcript] = {
        vendors.flatMap { vendor in
            files(in: folder + "/" + vendor).filter { $0.hasSuffix(".txt") && $0 != "omitted.txt" }.map { file in
                Transcript(vendor: vendor, name: String(file.dropLast(4)), text: text("\(folder)/\(vendor)/\(file)"))
            }
        }
    }()

    /// What a transcript cannot express, with the reason.
    static let omitted: [(vendor: String, name: String, reason: String)] = {
        vendors.flatMap { vendor in
            text("\(folder)/\(vendor)/omitted.txt").split(separator: "\n").compactMap { line in
                let halves = line.split(separator: ":", maxSplits: 1)
                return halves.count == 2 ? (vendor, String(halves[0]), String(halves[1].drop { $0 == " " })) : nil
            }
        }
    }()

    static var vendors: [String] { files(in: folder).filter { !$0.contains(".") } }

    /// The folder of all tests.
    static let tests = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
    private static let folder = tests + "/Transcripts/vendors"

    static func files(in path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    static func text(_ path: String) -> String {
        guard let file = fopen(path, "r") else { return "" }
        defer { fclose(file) }
        var bytes = Bytes()
        var buffer = Bytes(repeating: 0, count: 65_536)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer[..<count]
        }
    }
}
