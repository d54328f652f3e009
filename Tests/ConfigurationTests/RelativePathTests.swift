import Jobs
import Testing
import Wire

@testable import Configuration

/// Relative paths of the file start at its folder, those of flags and variables at the working directory.
@Suite struct RelativePathTests {
    private func read(
        _ yaml: String, file: String = "etc/conf/g.yaml", _ variables: [String: String] = [:]
    ) throws -> (configuration: Configuration, files: [String]) {
        var files: [String] = []
        let environment = Environment(variables)
        let configuration = try Configuration.read(
            Bytes(yaml.utf8), file: file, overrides: Configuration.Overrides(environment), environment: environment, known: Sample.known,
            readFile: { path throws(ConfigurationFile.ReadError) in
                files.append(path)
                return "secret"
            },
            readFolder: { path throws(ConfigurationFile.ReadError) in
                files.append(path)
                return []
            })
        return (configuration, files)
    }

    @Test(arguments: [
        ("etc/conf/g.yaml", "./data", "etc/conf/data"), ("/etc/genlock/g.yaml", "data", "/etc/genlock/data"),
        ("g.yaml", "./data", "./data"),
        ("/etc/genlock/g.yaml", "/data", "/data"), ("conf/g.yaml", "../data", "conf/../data"), ("conf/g.yaml", ".", "conf/"),
    ])
    func `a path starts at the folder of the file`(file: String, path: String, found: String) throws {
        let (configuration, files) = try read("state: \(path)\nvendors: \(path)", file: file)
        #expect(configuration.state == found && configuration.vendorsFolder == found && files == [found])
    }

    @Test func `every key that names a file or folder does so`() throws {
        let yaml = """
            listen: [ "127.0.0.1:1", "unix:./run/g.sock" ]
            tls: { certificate: cert.pem, key: ./key.pem }
            client_ca: clients.pem
            accounts:
              acme: { api_key: "${file:secrets/acme}", ca_file: office.pem }
              cloud: { service_account: service.json, project: p }
            """
        let (configuration, files) = try read(yaml)
        #expect(configuration.listen.map(\.description) == ["127.0.0.1:1", "unix:etc/conf/run/g.sock"])
        let identity = configuration.tls?.identities.first
        #expect(identity?.certificate == "etc/conf/cert.pem" && identity?.key == "etc/conf/key.pem")
        #expect(configuration.tls?.clientCA == "etc/conf/clients.pem")
        #expect(configuration.accounts.first?.caFile == "etc/conf/office.pem")
        #expect(files == ["etc/conf/secrets/acme", "etc/conf/service.json"])
    }

    @Test func `a path out of an environment variable starts at the working directory`() throws {
        let yaml = """
            state: "${DATA}/state"
            listen: "unix:${RUN}/g.sock"
            accounts: { cloud: { service_account: "${CLOUD_FILE}", project: p } }
            """
        let (configuration, files) = try read(yaml, ["DATA": "data", "RUN": "/run", "CLOUD_FILE": "service.json"])
        #expect(configuration.state == "data/state" && files == ["service.json"])
        #expect(configuration.listen.map(\.description) == ["unix:/run/g.sock"])
        let overridden = try read("state: data", ["GENLOCK_STATE": "elsewhere", "GENLOCK_LISTEN": "unix:./g.sock"]).configuration
        #expect(overridden.state == "elsewhere" && overridden.listen.map(\.description) == ["unix:./g.sock"])
        #expect(try read("{}").configuration.state == "./genlock-state")
    }
}
