import Glibc
import Jobs
import Testing
import Wire

@testable import Configuration

/// The folder of vendors that a configuration names.
@Suite struct VendorFileTests {
    /// A file is taken for a vendor of the name that it consists of.
    private static let known = Configuration.Vocabulary(cards: [Sample.acme], dialects: ["openai"]) {
        file throws(Configuration.ConfigurationError) in
        let name = String(decoding: file.text, as: UTF8.self)
        if name == "bad" { throw Configuration.ConfigurationError(.named("\(file.path):3"), "start: a call needs a 'path'") }
        if name == "models" { return nil }
        return VendorCard(name: name, title: name, docs: "", host: "https://\(name).test", auth: .bearer, secrets: ["api_key": []])
    }

    private static func read(_ yaml: String, _ files: [String]) -> Result<Configuration, Configuration.LoadError> {
        Result { () throws(Configuration.LoadError) in
            try Configuration.read(
                Bytes(yaml.utf8), file: "g.yaml", overrides: Configuration.Overrides(), environment: Environment([:]), known: known,
                readFile: { _ throws(ConfigurationFile.ReadError) in "" },
                readFolder: { path throws(ConfigurationFile.ReadError) in
                    guard path == "v" else { throw ConfigurationFile.ReadError(reason: "No such file or directory", isMissing: true) }
                    return files.map { Configuration.VendorFile(path: "v/\($0).json", text: Bytes($0.utf8)) }
                })
        }
    }

    private static func errors(_ yaml: String, _ files: [String]) -> [String] {
        if case .failure(let invalid) = read(yaml, files) { invalid.errors.map(\.description) } else { [] }
    }

    @Test func `a vendor of the folder can have accounts, and files of models alone are kept too`() throws {
        let configuration = try Self.read("vendors: v\naccounts: { newcomer: { api_key: k } }", ["newcomer", "models"]).get()
        #expect(configuration.accounts.map(\.vendor) == ["newcomer"])
        #expect(configuration.vendorFiles.map(\.path) == ["v/newcomer.json", "v/models.json"])
    }

    @Test func `errors of a file, of its name and of the folder are reported`() {
        #expect(Self.errors("vendors: v", ["bad"]) == ["v/bad.json:3: start: a call needs a 'path'"])
        #expect(Self.errors("vendors: v", ["roadrunner"]) == ["v/roadrunner.json: the vendor roadrunner has a name of acme"])
        #expect(Self.errors("vendors: w", []) == ["g.yaml:1:10: cannot read the folder w: No such file or directory"])
        #expect(Self.errors("vendors: [v]", []).count == 1)
    }

    @Test func `only whole files of JSON are taken from a real folder, by name`() throws {
        var template = Array("/tmp/genlock-test-XXXXXX".utf8CString)
        let folder = try #require(mkdtemp(&template).map { String(cString: $0) })
        let names = ["b.json", "a.json", ".hidden.json", "notes.md"]
        defer {
            for name in names { unlink("\(folder)/\(name)") }
            rmdir(folder)
        }
        for name in names {
            let file = try #require(fopen("\(folder)/\(name)", "w"))
            fputs("{}", file)
            fclose(file)
        }
        #expect(try ConfigurationFile.readVendorFiles(in: folder).map(\.path) == ["\(folder)/a.json", "\(folder)/b.json"])
        #expect(throws: ConfigurationFile.ReadError.self) { try ConfigurationFile.readVendorFiles(in: folder + "/none") }
    }
}
