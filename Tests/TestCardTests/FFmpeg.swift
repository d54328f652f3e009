import Glibc

/// Real players on this machine, for the tests that need one.
enum FFmpeg {
    static let isPresent = run("command -v ffmpeg && command -v ffprobe").status == 0

    /// Writes the bytes into a file of their own, and gives its path to the body.
    static func withFile<Result>(_ bytes: [UInt8], _ body: (String) throws -> Result) throws -> Result {
        var name = Array("/tmp/genlock-card-XXXXXX".utf8CString)
        let descriptor = mkstemp(&name)
        precondition(descriptor >= 0, "no temporary file")
        let path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { unlink(path) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            precondition(written > 0, "the disk is full")
            rest = rest.dropFirst(written)
        }
        close(descriptor)
        return try body(path)
    }

    /// A shell command's output with its errors, and its status.
    static func run(_ command: String) -> (output: [UInt8], status: Int32) {
        guard let pipe = popen("(\(command)) 2>&1", "r") else { return ([], -1) }
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&buffer, 1, buffer.count, pipe)
            if count == 0 { break }
            output += buffer[..<count]
        }
        return (output, pclose(pipe))
    }

    static func text(_ command: String) -> String { String(decoding: run(command).output, as: UTF8.self) }
}
