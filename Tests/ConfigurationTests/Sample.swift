import Jobs
import Wire

@testable import Configuration

/// A made-up world for configurations to be read in: two vendors, three dialects, no disk.
enum Sample {
    static let known = Configuration.Vocabulary(cards: [acme, globex, selfHosted, cloud], dialects: ["openai", "alpha", "beta"])

    static let acme: VendorCard = {
        var card = VendorCard(
            name: "acme", title: "Acme", docs: "https://acme.test", host: "https://api.acme.test", auth: .bearer,
            secrets: ["api_key": ["ACME_KEY", "ACME_API_KEY"]])
        card.aliases = ["roadrunner"]
        card.settings = [
            VendorCard.Setting("encoding", environment: ["ACME_ENCODING"], fallback: "json", choices: ["json", "multipart"]),
            VendorCard.Setting("zone"),
        ]
        return card
    }()

    static let globex: VendorCard = {
        var card = VendorCard(
            name: "globex", title: "Globex", docs: "https://globex.test", host: "https://{region}.globex.test", auth: .jwtHS256,
            secrets: ["api_key": ["GLOBEX_KEY"], "access_key": ["GLOBEX_ACCESS"], "secret_key": ["GLOBEX_SECRET"]])
        card.settings = [VendorCard.Setting("region", environment: ["GLOBEX_REGION"])]
        return card
    }()

    /// A cloud, whose general credentials many machines have.
    static let cloud: VendorCard = {
        var card = VendorCard(
            name: "cloud", title: "Cloud", docs: "", host: "https://cloud.test", auth: .serviceAccount(scope: "x"),
            secrets: ["service_account": ["CLOUD_JSON", "CLOUD_FILE"]])
        var project = VendorCard.Setting("project", environment: ["CLOUD_PROJECT"])
        project.secretMember = ("service_account", "project_id")
        card.settings = [project]
        return card
    }()

    static let selfHosted = VendorCard(name: "own", title: "Own", docs: "", host: "", auth: .bearer, secrets: ["api_key": ["OWN_KEY"]])

    static func read(
        _ yaml: String?, _ variables: [String: String] = [:], files: [String: String] = [:], flags: Configuration.Overrides? = nil
    ) throws(Configuration.LoadError) -> Configuration {
        let environment = Environment(variables)
        return try Configuration.read(
            yaml.map { Bytes($0.utf8) }, file: "g.yaml", overrides: flags ?? Configuration.Overrides(environment), environment: environment,
            known: known,
            readFile: { path throws(ConfigurationFile.ReadError) in
                guard let text = files[path] else {
                    throw ConfigurationFile.ReadError(reason: "No such file or directory", isMissing: true)
                }
                return text
            })
    }

    /// The mistakes as they would be printed; empty if there are none.
    static func errors(_ yaml: String?, _ variables: [String: String] = [:], files: [String: String] = [:]) -> [String] {
        do throws(Configuration.LoadError) {
            _ = try read(yaml, variables, files: files)
            return []
        } catch {
            return error.errors.map(\.description)
        }
    }

    static let hash = String(repeating: "ab", count: 32)
}
