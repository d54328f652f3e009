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

    @Test(arguments: [0o640, 0o660, 0o440, 0o620, 0o670] as [mode_t])
    func `a key file of ours that a volume's group was given is made private again`(mode: mode_t) throws {
        try inFolder { path in
            let file = SealKeyFile(in: try StateFolder(path))
            _ = try file.read(orCreate: { fresh })
            chmod(file.path, mode)
            #expect(SealKeyFile.problem(in: path) == nil)
            #expect(try file.read() == fresh)
            #expect(self.mode(file.path) == mode & 0o700)
        }
    }

    @Test(arguments: [0o644, 0o604, 0o606, 0o601, 0o666] as [mode_t])
    func `a key file that others can touch is refused`(mode: mode_t) throws {
        try inFolder { path in
            let file = SealKeyFile(in: try StateFolder(path))
            _ = try file.read(orCreate: { fresh })
            chmod(file.path, mode)
            let failure = #expect(throws: StateFolder.StateError.self) { try file.read() }
            #expect(failure?.description == "\(file.path): can be read or written by other users: chmod 600 \(file.path)")
            #expect(SealKeyFile.problem(in: path) == failure?.description)
        }
    }

    @Test(arguments: [
        (Bytes("1:short\n".utf8), "is too short for a key"), (Bytes(repeating: 0x30, count: 64), "contains only zeros"),
        (Bytes(repeating: 0, count: 32), "contains only zeros"),
        (Bytes(repeating: 0x61, count: 65 * 1024), "is larger than 65536 bytes"),
    ])
    func `a key file without keys is refused`(bytes: Bytes, reason: String) throws {
        try inFolder { path in
            let file = SealKeyFile(in: try StateFolder(path))
            let failure = #expect(throws: StateFolder.StateError.self) { try file.read(orCreate: { bytes }) }
            #expect(failure?.description == "\(file.path): \(reason)")
        }
    }

    @Test(arguments: [0o777, 0o757, 0o1777, 0o2777] as [mode_t])
    func `in a folder that every user may write, a private one is made, and found again`(mode: mode_t) throws {
        try inFolder { path in
            chmod(path, mode)
            #expect(StateInspection(path).errors.isEmpty && StateInspection(path).warnings.contains { $0.contains(path + "/genlock") })
            let folder = try StateFolder(path)
            #expect(folder.path == path + "/genlock" && self.mode(folder.path) == 0o700)
            _ = try SealKeyFile(in: folder).read(orCreate: { fresh })
            // What kubelet does to a volume with fsGroup at the next mount.
            chmod(folder.path, 0o2770)
            chmod(folder.path + "/seal.keys", 0o660)
            let again = try StateFolder(path)
            #expect(again.path == folder.path && self.mode(again.path) == 0o700)
            #expect(try SealKeyFile(in: again).read(orCreate: { Bytes("other".utf8) }) == fresh)
            // The volume was closed by hand later.
            chmod(path, 0o700)
            #expect(try StateFolder(path).path == folder.path && StateFolder.location(of: path) == folder.path)
        }
    }

    @Test func `state in a folder that everyone may write stays there, and the folder is made private`() throws {
        try inFolder { path in
            _ = try SealKeyFile(in: try StateFolder(path)).read(orCreate: { fresh })
            chmod(path, 0o777)
            #expect(StateInspection(path).warnings.contains { $0.contains("remove that permission") })
            let folder = try StateFolder(path)
            #expect(folder.path == path && mode(path) == 0o775)
            #expect(try SealKeyFile(in: folder).read() == fresh)
        }
    }

    @Test func `a private folder that is a link, or a file, is refused`() throws {
        try inFolder { path in
            chmod(path, 0o777)
            symlink("/tmp", path + "/genlock")
            #expect(throws: StateFolder.StateError.self) { try StateFolder(path) }
            #expect(!StateInspection(path).errors.isEmpty)
            unlink(path + "/genlock")
            close(open(path + "/genlock", O_CREAT | O_WRONLY, 0o600))
            #expect(throws: StateFolder.StateError.self) { try StateFolder(path) }
        }
    }

    @Test func `an inspection reports errors and changes nothing`() throws {
        try inFolder { path in
            #expect(StateInspection(path + "/none").errors.isEmpty && access(path + "/none", F_OK) != 0)
            close(open(path + "/file", O_CREAT | O_WRONLY, 0o600))
            #expect(StateInspection(path + "/file").errors == ["\(path)/file: the state folder is not a folder"])
            #expect(!StateInspection(path + "/file/below").errors.isEmpty)
            try StateFolder(path).createFile("seal.keys", Bytes("short".utf8))
            #expect(StateInspection(path).errors == ["\(path)/seal.keys: is too short for a key"])
            #expect(StateInspection(path, needsKeys: false).errors.isEmpty)
        }
    }

    @Test func `the address of a running server is written, read and removed by its own process`() throws {
        try inFolder { path in
            let address = ServerAddressFile(.unix(path: "/run/a b.sock"), isTLS: false)
            address.write(in: path)
            #expect(ServerAddressFile.read(in: path) == address && mode(path + "/server.address") == 0o600)
            ServerAddressFile(.tcp(host: "::1", port: 9), isTLS: true, process: 1).remove(in: path)
            #expect(ServerAddressFile.read(in: path) == address)
            address.remove(in: path)
            #expect(ServerAddressFile.read(in: path) == nil)
            mkfifo(path + "/server.address", 0o600)
            #expect(ServerAddressFile.read(in: path) == nil)
        }
    }

    @Test(arguments: [
        ("listen: 127.0.0.1:9\nstate: /s\ntls: { certificate: c, key: k }\nnonsense: 1", "127.0.0.1:9", "/s", true),
        ("listen: [\"${L:-127.0.0.1:8}\"]\nstate: \"${file:/x}\"", "127.0.0.1:8", "./genlock-state", false),
        ("listen: 127.0.0.1:9\nstate: /s # here\naccounts: [\n", "127.0.0.1:9", "/s", false),
        ("", "127.0.0.1:8080", "./genlock-state", false),
        ("listen: 7\nlisten: 8\n", "127.0.0.1:8080", "./genlock-state", false),
    ])
    func `where a server is can be read of a file with errors`(yaml: String, listen: String, state: String, isTLS: Bool) throws {
        try inFolder { path in
            try StateFolder(path).createFile("g.yaml", Bytes(yaml.utf8))
            let found = PartialConfiguration(named: path + "/g.yaml", overrides: Configuration.Overrides(), environment: Environment([:]))
            #expect(found.listen.map(\.description) == [listen] && found.stateFolders.first == state && found.isTLS == isTLS)
            mkfifo(path + "/fifo", 0o600)
            let piped = PartialConfiguration(named: path + "/fifo", overrides: Configuration.Overrides(), environment: Environment([:]))
            #expect(piped.listen.count == 1)
        }
    }

    @Test func `a folder that is none is refused, and one of the group is not`() throws {
        try inFolder { path in
            let folder = try StateFolder(path)
            try folder.createFile("file", fresh)
            #expect(throws: StateFolder.StateError.self) { try StateFolder(path + "/file") }
            #expect(throws: StateFolder.StateError.self) { try StateFolder(path + "/file/below") }
            chmod(path, 0o770)
            #expect(try StateFolder(path).path == path && mode(path) == 0o770)
        }
    }

    @Test func `a configuration is found where it is said to be, or is refused`() throws {
        try inFolder { path in
            let folder = try StateFolder(path)
            try folder.createFile("g.yaml", Bytes("state: here".utf8))
            let load = { (named: String?, variables: [String: String]) in
                try Configuration.load(
                    named: named, overrides: Configuration.Overrides(), environment: Environment(variables), known: Sample.known)
            }
            #expect(try load(path + "/g.yaml", [:]).state == path + "/here")
            #expect(try load(nil, ["GENLOCK_CONFIG": path + "/g.yaml"]).file == path + "/g.yaml")
            let failure = #expect(throws: Configuration.LoadError.self) { try load(path + "/none.yaml", [:]) }
            #expect(failure?.description == "\(path)/none.yaml: cannot read the configuration: No such file or directory")
            try folder.createFile("bad", [0xFF, 0xFE, 0xFF])
            #expect(throws: ConfigurationFile.ReadError.self) { try ConfigurationFile.readText(at: path + "/bad") }
        }
    }
}
