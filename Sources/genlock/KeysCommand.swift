import Application
import ArgumentParser
import Configuration
import Crypto
import Gateway
import Jobs
import Seal
import Wire

/// `genlock keys`.
struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "keys", abstract: "Create keys.", subcommands: [New.self, Rotate.self])

    /// `genlock keys new`.
    struct New: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Create an API key for a client.",
            discussion: "Prints the key once and does not store it; the configuration contains its hash.")

        @Argument(help: "The owner of the key and of its jobs.") var name: String

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
            abstract: "Add a new sealing key.",
            discussion:
                "New job ids are encrypted with it; old ones stay valid as long as their key is in the file. "
                + "A running server uses it after its next start."
        )

        @OptionGroup var options: ConfigurationOptions

        func run() throws {
            let configuration = try options.flags.load(scope: .state)
            guard configuration.sealKeys == nil else {
                throw CLIError(.badInput, "the sealing keys come from GENLOCK_SEAL_KEYS: add a new key before them there")
            }
            do {
                let ring = try Application.loadSealKeys(configuration)
                let file = SealKeyFile(in: try StateFolder(configuration.state))
                let line = try ring.rotated(random: .system).text.reveal().prefix { !$0.isNewline }
                try file.add(Bytes((line + "\n").utf8))
                Console.print("\(file.path): key \(line.prefix { $0 != ":" }) is now the first")
            } catch let fault as Fault {
                throw CLIError(.badInput, fault.message)
            } catch {
                throw CLIError(.badInput, "\(error)")
            }
        }
    }
}
