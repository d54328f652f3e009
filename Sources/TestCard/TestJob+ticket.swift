import Jobs
import Wire

/// The ticket: numbers in base 36 separated by dots, the input image, and as much of the prompt as fits. Sealed job ids have at most 255
/// characters, so every byte counts.
extension TestJob {
    /// The maximum size of all fields together.
    static let maxTicketBytes = 80
    private static let maxPromptBytes = 60

    var ticket: Ticket {
        var numbers: [String] = [
            String(scenario.rawValue), Self.text(startedAt), Self.text(renderMilliseconds), Self.text(width), Self.text(height),
            Self.text(clipMilliseconds),
            Self.text(rate.frames),
            rate.seconds == 1 ? "" : Self.text(rate.seconds), clips == 1 ? "" : Self.text(clips), sound ? "a" : "",
            seed.map { Self.text($0) } ?? "",
        ]
        while numbers.last == "" { numbers.removeLast() }
        let head = numbers.joined(separator: ".")
        let input = input.map(Self.text) ?? ""
        let available = min(Self.maxPromptBytes, Self.maxTicketBytes - head.utf8.count - input.utf8.count)
        let words = prompt.utf8.count <= available ? prompt : prompt.prefix(max(0, available - 3)) + "..."
        return Ticket(head, input, words)
    }

    /// Nil if it is not a ticket of this vendor.
    init?(_ ticket: Ticket) {
        let parts = ticket[0].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        func part(_ place: Int) -> String { place < parts.count ? parts[place] : "" }
        guard let letter = part(0).first, part(0).count == 1, let scenario = Scenario(rawValue: letter),
            let startedAt = Self.number(part(1)),
            let renderMilliseconds = Self.number(part(2)), let width = Self.number(part(3)), let height = Self.number(part(4)),
            let clipMilliseconds = Self.number(part(5)),
            let frames = Self.number(part(6)), let seconds = Self.number(part(7), orEmpty: 1), let clips = Self.number(part(8), orEmpty: 1),
            let rate = FrameRate(Int(frames), per: Int(seconds)), (1...Int64(TestJob.maxClips)).contains(clips),
            (0...TestJob.maxRenderMilliseconds).contains(renderMilliseconds),
            (0...Self.maxStartedAt).contains(startedAt)
        else { return nil }
        self.init(
            scenario: scenario, startedAt: startedAt, renderMilliseconds: renderMilliseconds, width: Int(width), height: Int(height),
            rate: rate, clipMilliseconds: clipMilliseconds,
            clips: Int(clips),
            sound: part(9) == "a", seed: Self.number(part(10)), input: Self.input(ticket[1]), prompt: ticket[2])
        guard videoSpec(model: "") != nil else { return nil }
    }

    /// The year 9999.
    private static let maxStartedAt: Int64 = 253_402_300_799_999

    private static func text(_ number: some BinaryInteger) -> String { String(number, radix: 36) }

    private static func number(_ text: String) -> Int64? { Int64(text, radix: 36) }

    private static func number(_ text: String, orEmpty standard: Int64) -> Int64? { text.isEmpty ? standard : number(text) }

    /// `fpng 640x480+2`: the role's letter, the type (images without `image/`), the size, the number of other media.
    private static func text(_ input: InputSummary) -> String {
        let type = input.type.map { $0.isImage ? String($0.text.dropFirst("image/".count)) : $0.text } ?? ""
        let size = input.size.map { " \($0)" } ?? ""
        return String(letter(of: input.role)) + type.prefix(24) + size + (input.additionalCount > 0 ? "+\(input.additionalCount)" : "")
    }

    private static func input(_ text: String) -> InputSummary? {
        guard let letter = text.first, let role = roles.first(where: { $0.letter == letter })?.role else { return nil }
        var input = InputSummary(role)
        var rest = text.dropFirst()
        if let plus = rest.lastIndex(of: "+"), let more = Int(rest[rest.index(after: plus)...]) {
            input.additionalCount = more
            rest = rest[..<plus]
        }
        if let gap = rest.lastIndex(of: " ") {
            input.size = Size(String(rest[rest.index(after: gap)...]))
            rest = rest[..<gap]
        }
        if !rest.isEmpty { input.type = MediaType(field: rest.contains("/") ? String(rest) : "image/" + rest) }
        return input
    }

    private static func letter(of role: InputMedia.Role) -> Character { roles.first { $0.role.name == role.name }?.letter ?? "r" }

    private static let roles: [(letter: Character, role: InputMedia.Role)] = [
        ("f", .firstFrame), ("l", .lastFrame), ("k", .keyframe(0)), ("r", .reference), ("s", .source), ("a", .audio), ("m", .mask),
    ]
}
