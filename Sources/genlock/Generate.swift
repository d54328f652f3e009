import ArgumentParser
import Configuration
import Wire

/// `genlock generate`.
struct Generate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Generate a video and save it.",
        discussion: """
            Talks to the server that --url or GENLOCK_URL names; without one it starts a server for this clip in its own process, \
            with the same configuration that `serve` would take. Ctrl-C does not cancel the job: its id is on the screen, and \
            `genlock generate --resume ID` waits for it again. Without --state, GENLOCK_STATE or state: in the configuration, \
            keys and journal are in $XDG_STATE_HOME/genlock, else ~/.local/state/genlock.
            """)

    @Option(name: [.short, .long], help: "The model: vendor/model, a model's name where that is enough, or an alias.") var model: String?
    @Option(name: [.short, .long], help: "What to show.") var prompt: String?
    @Option(help: "What not to show.") var negativePrompt: String?
    @Option(help: ArgumentHelp("The first frame: a file or a URL.", valueName: "file|url"), completion: .file()) var image: String?
    @Option(help: ArgumentHelp("The last frame: a file or a URL.", valueName: "file|url"), completion: .file()) var lastImage: String?
    @Option(
        help: ArgumentHelp("A reference image of a person or an object; may be repeated.", valueName: "file|url"), completion: .file())
    var reference: [String] = []
    @Option(help: ArgumentHelp("Length of the video, or auto.", valueName: "seconds")) var seconds: String?
    @Option(help: ArgumentHelp("Width and height: 1280x720.", valueName: "size")) var size: String?
    @Option(help: ArgumentHelp("Instead of a size: 720p, 1080p, 4k.", valueName: "resolution")) var resolution: String?
    @Option(help: ArgumentHelp("Instead of a size: 16:9, 9:16, 1:1.", valueName: "ratio")) var aspectRatio: String?
    @Option(help: "Frames per second.") var fps: Double?
    @Option(help: "The same seed gives the same video, if the model supports it.") var seed: Int64?
    @Flag(inversion: .prefixedNo, help: "With or without audio.") var audio: Bool?

    @Option(name: [.short, .long], help: ArgumentHelp("Output file; - for standard output.", valueName: "file"), completion: .file())
    var output = "out.mp4"
    @Flag(help: "Overwrite the output file if it exists.") var force = false
    @Option(help: ArgumentHelp("Wait for a job that was started before.", valueName: "id")) var resume: String?
    @Option(help: ArgumentHelp("A running server (GENLOCK_URL).", valueName: "url")) var url: String?
    @Option(help: ArgumentHelp("The server's API key (GENLOCK_API_KEY).", valueName: "key")) var key: String?
    @Flag(help: "Print the finished video object as JSON on standard output.") var json = false
    @Flag(name: [.short, .long], help: "Print errors only.") var quiet = false
    @OptionGroup(title: "When no server is named") var options: ConfigurationOptions

    func validate() throws {
        guard prompt != nil || image != nil || resume != nil else {
            throw ValidationError("Use --prompt, --image, or both.")
        }
        guard resume == nil || (prompt == nil && image == nil) else {
            throw ValidationError("--resume continues an existing job; it takes no --prompt.")
        }
        guard !(json && output == "-") else { throw ValidationError("--json and --output - cannot both use standard output.") }
    }

    func run() throws {
        let environment = Environment.process
        let server = url ?? environment.first(of: ["GENLOCK_URL"])
        let key = key ?? environment.first(of: ["GENLOCK_API_KEY"])
        let configuration = server == nil ? try options.flags.load(defaultState: UserStateFolder.path(environment)) : nil
        let request = resume == nil ? Optional(try body()) : Optional.none
        let (path, isForced, isQuiet, wantsJSON, resumed) = (output, force, quiet, json, resume)
        let resumeCommand = ResumeCommand(
            url: server, hasKey: self.key != nil, config: configuration?.file,
            state: server == nil ? options.state ?? environment.first(of: ["GENLOCK_STATE"]) : nil, output: path, replacesFile: isForced)
        onLoop { loop throws(CLIError) in
            let task: Generation.Action = if let request { .create(request) } else { .resume(resumed ?? "") }
            let output = try OutputFile(path, replacesFile: isForced)
            var generation = Generation(task, output: output, isQuiet: isQuiet, wantsJSON: wantsJSON, resumeCommand: resumeCommand)
            if let server {
                return try await generation.run(at: VideoAPI(url: server, key: key, client: Wiring.makeClient(Limits())), on: loop)
            }
            let own = try await Wiring.startPrivateServer(configuration ?? Configuration(), on: loop)
            let api = try VideoAPI(url: own.url, key: own.key, client: Wiring.makeClient(Limits()))
            generation.temporaryURL = own.url
            return try await generation.run(at: api, on: loop)
        }
    }

    /// The request body. Files become data URIs.
    func body() throws(CLIError) -> JSONValue {
        var references: [JSONValue] = []
        for place in reference { references.append(try MediaArgument.load(place)) }
        let first = try image.map { place throws(CLIError) -> JSONValue in ["image_url": try MediaArgument.load(place)] }
        return .members([
            "model": model.map(JSONValue.string), "prompt": .string(prompt ?? ""), "negative_prompt": negativePrompt.map(JSONValue.string),
            "seconds": seconds.map(JSONValue.string), "size": size.map(JSONValue.string), "resolution": resolution.map(JSONValue.string),
            "aspect_ratio": aspectRatio.map(JSONValue.string), "fps": fps.map(JSONValue.double), "seed": seed.map(JSONValue.int),
            "generate_audio": audio.map(JSONValue.bool), "input_reference": first,
            "last_frame": try lastImage.map(MediaArgument.load),
            "reference_images": references.isEmpty ? Optional.none : .array(references),
        ])
    }
}

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
