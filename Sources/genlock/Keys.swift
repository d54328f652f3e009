import ArgumentParser
import Configuration
import Crypto
import Gateway
import Jobs
import Seal
import Wire

/// `genlock keys`.
struct Keys: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Make keys.", subcommands: [New.self, Rotate.self])

    /// `genlock keys new`.
    struct New: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make an API key for a client.",
            discussion: "The key is shown once and stored nowhere; the configuration holds its hash.")

        @Argument(help: "Whose key it is; jobs belong to this name.") var name: String

        func run() throws {
            guard Configuration.isName(name) else {
                throw CLIError(.badInput, "a name has letters, digits, \".\", \"_\" and \"-\", and at most 64 of them")
            }
            let key = "gk-" + Base64.url.text(RandomSource.system.bytes(32))
            let hash = SHA256.digest(of: key).hex
            Console.print(
                """
                \(key)

                That is the key of "\(name)". It is not shown again. Put this line under keys: in the configuration:

                  - { name: \(name), sha256: \(hash) }
                """)
        }
    }

    /// `genlock keys rotate`.
    struct Rotate: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put a new sealing key on top.",
            discussion:
                "New job ids are sealed with it; old ones stay good as long as their key is in the file. "
                + "A running server takes it up at its next start."
        )

        @OptionGroup var options: ConfigurationOptions

        func run() throws {
            let configuration = try options.load(scope: .state)
            guard configuration.sealKeys == nil else {
                throw CLIError(.badInput, "the sealing keys come from GENLOCK_SEAL_KEYS: put a new key in front of them there")
            }
            do {
                let ring = try Application.loadSealKeys(configuration)
                let file = SealKeyFile(in: try StateFolder(configuration.state))
                let line = try ring.rotated(random: .system).text.reveal().prefix { !$0.isNewline }
                try file.add(Bytes((line + "\n").utf8))
                Console.print("\(file.path): key \(line.prefix { $0 != ":" }) is on top")
            } catch let fault as Fault {
                throw CLIError(.badInput, fault.message)
            } catch {
                throw CLIError(.badInput, "\(error)")
            }
        }
    }
}
