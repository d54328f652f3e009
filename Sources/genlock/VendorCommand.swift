import ArgumentParser
import Configuration
import Gateway
import Glibc
import Jobs

/// `genlock vendor`.
struct VendorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vendor", abstract: "Work on vendors.", subcommands: [List.self, New.self])

    /// `genlock vendor list`.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the vendors that are spoken.")

        @Flag(help: "As in the README.") var markdown = false

        func run() throws {
            let table = try VendorTable(cards: Studio.vocabulary.cards, catalog: Serving.catalog())
            Console.print(markdown ? table.markdown : table.text)
        }
    }

    /// `genlock vendor new`.
    struct New: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write the files of a new vendor.",
            discussion: """
                To be run at the top of Genlock's source tree. Writes the Swift file, the catalog file and the transcripts from templates, \
                and prints the two lines that register them. Then `swift test --filter VendorTests` prints what is missing, step by step.
                """)

        @Argument(help: "What configurations call it: small letters, digits and \"-\", as in acme or acme-video.") var name: String

        @Option(help: ArgumentHelp("Where its API is.", valueName: "url")) var host = "https://api.example.com"

        func run() throws {
            let template = try VendorTemplate(name: name, host: host)
            guard access("Sources/Vendors/Registry.swift", F_OK) == 0 else {
                throw Complaint(.badInput, "this is not the top of Genlock's source tree: there is no Sources/Vendors/Registry.swift")
            }
            for (path, _) in template.files where access(path, F_OK) == 0 { throw Complaint(.badInput, "\(path) is there already") }
            for (path, text) in template.files {
                try New.make(path, text)
                Console.print("wrote  \(path)")
            }
            Console.print("\nNow add two lines:\n")
            for (path, line) in template.registrations { Console.print("  \(path)\n    \(line)") }
            Console.print("\nand let the tests tell what is missing:  swift test --filter VendorTests")
        }

        private static func make(_ path: String, _ text: String) throws(Complaint) {
            let folder = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
            guard mkdir(String(folder), 0o755) == 0 || errno == EEXIST else {
                throw Complaint(.badInput, "\(folder) cannot be made: \(String(cString: strerror(errno)))")
            }
            guard let file = fopen(path, "wx") else {
                throw Complaint(.badInput, "\(path) cannot be made: \(String(cString: strerror(errno)))")
            }
            let isWritten = fputs(text, file) >= 0
            guard fclose(file) == 0, isWritten else { throw Complaint(.badInput, "\(path) cannot be written") }
        }
    }
}
