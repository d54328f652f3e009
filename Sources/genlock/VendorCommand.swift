import Application
import ArgumentParser
import Configuration
import Gateway
import Glibc
import Jobs

/// `genlock vendor`.
struct VendorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vendor", abstract: "List vendors, or add one.", subcommands: [List.self, New.self])

    /// `genlock vendor list`.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the supported vendors.")

        @Flag(help: "As a Markdown table, without vendors that the configuration declares.") var markdown = false
        @OptionGroup var options: ConfigurationOptions

        func run() throws {
            let vocabulary = RuntimeConfig.vocabulary
            if markdown { return Console.print(try VendorTable(cards: vocabulary.cards, catalog: Application.makeCatalog()).markdown) }
            let configuration = try options.flags.load()
            let declared = try configuration.vendorFiles.compactMap { try vocabulary.card($0) }
            Console.print(try VendorTable(cards: vocabulary.cards + declared, catalog: Application.makeCatalog(configuration)).text)
        }
    }

    /// `genlock vendor new`.
    struct New: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write the files of a new vendor.",
            discussion: """
                With --data one file is enough, for a vendor whose API is a task queue: put it into the folder that `vendors` in the \
                configuration names; nothing is built. config/vendors/README.md describes its format.

                Without it, run this at the top of Genlock's source tree. It writes the Swift file, the catalog file and the transcripts \
                from templates, \
                and prints the two lines that register them. Then `swift test --filter VendorTests` prints what is missing, step by step.
                """)

        @Argument(help: "Its name in configurations: lower-case letters, digits and \"-\", as in acme or acme-video.") var name: String

        @Option(help: ArgumentHelp("The base URL of its API.", valueName: "url")) var host = "https://api.example.com"

        @Flag(help: "Write one JSON file instead of Swift.") var data = false
        @Option(help: ArgumentHelp("The folder for the JSON file.", valueName: "folder")) var folder = "vendors"

        func run() throws {
            let template = try VendorTemplate(name: name, host: host)
            if data { return try write(template.data(in: folder), of: template) }
            guard access("Sources/Vendors/Registry.swift", F_OK) == 0 else {
                throw CLIError(.badInput, "this is not the top of Genlock's source tree: Sources/Vendors/Registry.swift does not exist")
            }
            for (path, _) in template.files where access(path, F_OK) == 0 { throw CLIError(.badInput, "\(path) exists already") }
            for (path, text) in template.files {
                try New.createFile(path, text)
                Console.print("wrote  \(path)")
            }
            Console.print("\nNow add two lines:\n")
            for (path, line) in template.registrations { Console.print("  \(path)\n    \(line)") }
            Console.print("\nand run the tests to see what is missing:  swift test --filter VendorTests")
        }

        private func write(_ file: (path: String, text: String), of template: VendorTemplate) throws(CLIError) {
            if access(file.path, F_OK) == 0 { throw CLIError(.badInput, "\(file.path) exists already") }
            try New.createFile(file.path, file.text)
            Console.print("wrote  \(file.path)")
            Console.print("\nReplace what begins with FILL IN, adapt the rest to the vendor's API, and add to the configuration:\n")
            Console.print("  vendors: \(folder)\n  accounts:\n    \(name): { api_key: \"${\(template.variable)}\" }")
            Console.print("\n`genlock check` lists what is missing, with its line.")
        }

        private static func createFile(_ path: String, _ text: String) throws(CLIError) {
            let folder = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
            guard mkdir(String(folder), 0o755) == 0 || errno == EEXIST else {
                throw CLIError(.badInput, "cannot create \(folder): \(String(cString: strerror(errno)))")
            }
            guard let file = fopen(path, "wx") else {
                throw CLIError(.badInput, "cannot create \(path): \(String(cString: strerror(errno)))")
            }
            let isWritten = fputs(text, file) >= 0
            guard fclose(file) == 0, isWritten else { throw CLIError(.badInput, "cannot write \(path)") }
        }
    }
}
