import Glibc
import Testing
import Wire

@testable import Configuration

@Suite struct StateFolderTests {
    private let fresh = Bytes("1:key-key-key-key-key-key-key-key-key\n".utf8)

    /// Runs `body` in a new empty folder and throws it away.
    private func inFolder(_ body: (String) throws -> Void) throws {
        var template = Array("/tmp/genlock-test-XXXXXX".utf8CString)
        let path = try #require(mkdtemp(&template).map { String(cString: $0) })
        defer { remove(path) }
        try body(path)
    }

    private func remove(_ path: String) {
        guard let folder = opendir(path) else { return }
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name == "." || name == ".." { continue }
            if unlink(path + "/" + name) != 0 { remove(path + "/" + name) }
        }
        closedir(folder)
        rmdir(path)
    }

    private func mode(_ path: String) -> mode_t {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
    }

    @Test func `the folder and the key file are made for their owner alone`() throws {
        try inFolder { path in
            let folder = try StateFolder(path + "/a/b")
            #expect(mode(folder.path) == 0o700 && mode(path + "/a") == 0o700)
            let file = SealKeyFile(in: folder)
            #expect(try file.read() == nil)
            #expect(try file.read(orCreate: { fresh }) == fresh)
            #expect(mode(file.path) == 0o600)
            #expect(try file.read(orCreate: { Bytes("other".utf8) }) == fresh)
            #expect(access(file.path + ".draft.\(getpid())", F_OK) != 0)
        }
    }

    @Test func `a new key is put on top`() throws {
        try inFolder { path in
            let file = SealKeyFile(in: try StateFolder(path))
            _ = try file.read(orCreate: { fresh })
            try file.add(Bytes("2:new\n".utf8))
            #expect(try file.read() == Bytes("2:new\n".utf8) + fresh)
            #expect(mode(file.path) == 0o600)
        }
    }

    @Test(arguments: [0o640, 0o604, 0o620, 0o601] as [mode_t])
    func `a key file that others can touch is refused`(mode: mode_t) throws {
        try inFolder { path in
            let file = SealKeyFile(in: try StateFolder(path))
            _ = try file.read(orCreate: { fresh })
            chmod(file.path, mode)
            let failure = #expect(throws: StateFolder.Failure.self) { try file.read() }
            #expect(failure?.description == "\(file.path): can be read or written by other users: chmod 600 \(file.path)")
        }
    }

    @Test(arguments: [
        (Bytes("1:short\n".utf8), "is too short to hold a key"), (Bytes(repeating: 0x30, count: 64), "holds nothing but zeros"),
        (Bytes(repeating: 0, count: 32), "holds nothing but zeros"),
        (Bytes(repeating: 0x61, count: 65 * 1024), "is larger than 65536 bytes"),
    ])
    func `a key file without keys is refused`(bytes: Bytes, reason: String) throws {
        try inFolder { path in
            let file = SealKeyFile(in: try StateFolder(path))
            let failure = #expect(throws: StateFolder.Failure.self) { try file.read(orCreate: { bytes }) }
            #expect(failure?.description == "\(file.path): \(reason)")
        }
    }

    @Test func `a folder that is none, or open to everybody, is refused`() throws {
        try inFolder { path in
            let folder = try StateFolder(path)
            try folder.create("file", fresh)
            #expect(throws: StateFolder.Failure.self) { try StateFolder(path + "/file") }
            #expect(throws: StateFolder.Failure.self) { try StateFolder(path + "/file/below") }
            chmod(path, 0o770)
            #expect(throws: Never.self) { try StateFolder(path) }
            chmod(path, 0o777)
            #expect(throws: StateFolder.Failure.self) { try StateFolder(path) }
        }
    }

    @Test func `a configuration is found where it is said to be, or is refused`() throws {
        try inFolder { path in
            let folder = try StateFolder(path)
            try folder.create("g.yaml", Bytes("state: here".utf8))
            let load = { (named: String?, variables: [String: String]) in
                try Configuration.load(
                    named: named, overrides: Configuration.Overrides(), environment: Environment(variables), known: Sample.known)
            }
            #expect(try load(path + "/g.yaml", [:]).state == path + "/here")
            #expect(try load(nil, ["GENLOCK_CONFIG": path + "/g.yaml"]).file == path + "/g.yaml")
            let failure = #expect(throws: Configuration.Invalid.self) { try load(path + "/none.yaml", [:]) }
            #expect(failure?.description == "\(path)/none.yaml: the configuration cannot be read: No such file or directory")
            try folder.create("bad", [0xFF, 0xFE, 0xFF])
            #expect(throws: ConfigurationFile.Failure.self) { try ConfigurationFile.text(at: path + "/bad") }
        }
    }
}
