import Configuration
import Wire

/// An image given on the command line: a URL is sent as it is, a file as a data URI.
enum MediaArgument {
    static func load(_ argument: String) throws(CLIError) -> JSONValue {
        if argument.hasPrefix("http://") || argument.hasPrefix("https://") || argument.hasPrefix("data:") { return .string(argument) }
        let bytes: Bytes
        do throws(ConfigurationFile.ReadError) {
            bytes = try ConfigurationFile.readBytes(at: argument, atMost: Limits().maxFetchedBytes)
        } catch {
            throw CLIError(.badInput, "cannot read \(argument): \(error.reason)")
        }
        guard let type = Sniff.type(of: bytes[...]) else {
            throw CLIError(.badInput, "\(argument) is not an image, video or audio of a known format")
        }
        return .dataURI(type, bytes[...])
    }
}
