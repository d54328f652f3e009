import Jobs
import Wire

/// The ticket: numbers in base 36 between dots, the still, and as much of the prompt as there is room for. Sealed job ids have at most 255
/// characters, so every byte counts.
extension Run {
    /// Bytes of all fields together.
    static let ticketBytes = 80
    private static let promptBytes = 60

    var ticket: Ticket {
        var numbers: [String] = [
            String(behaviour.rawValue), Self.text(began), Self.text(work), Self.text(width), Self.text(height), Self.text(length),
            Self.text(rate.frames),
            rate.seconds == 1 ? "" : Self.text(rate.seconds), clips == 1 ? "" : Self.text(clips), sound ? "a" : "",
            seed.map { Self.text($0) } ?? "",
        ]
        while numbers.last == "" { numbers.removeLast() }
        let head = numbers.joined(separator: ".")
        let still = still.map(Self.text) ?? ""
        let room = min(Self.promptBytes, Self.ticketBytes - head.utf8.count - still.utf8.count)
        let words = prompt.utf8.count <= room ? prompt : prompt.prefix(max(0, room - 3)) + "..."
        return Ticket(head, still, words)
    }

    /// Nil if it is not a ticket of this vendor.
    init?(_ ticket: Ticket) {
        let parts = ticket[0].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        func part(_ place: Int) -> String { place < parts.count ? parts[place] : "" }
        guard let letter = part(0).first, part(0).count == 1, let behaviour = Behaviour(rawValue: letter), let began = Self.number(part(1)),
            let work = Self.number(part(2)), let width = Self.number(part(3)), let height = Self.number(part(4)),
            let length = Self.number(part(5)),
            let frames = Self.number(part(6)), let seconds = Self.number(part(7), orEmpty: 1), let clips = Self.number(part(8), orEmpty: 1),
            let rate = FrameRate(Int(frames), per: Int(seconds)), (1...Int64(Run.mostClips)).contains(clips),
            (0...Run.mostWork).contains(work),
            (0...Self.latest).contains(began)
        else { return nil }
        self.init(
            behaviour: behaviour, began: began, work: work, width: Int(width), height: Int(height), rate: rate, length: length,
            clips: Int(clips),
            sound: part(9) == "a", seed: Self.number(part(10)), still: Self.still(ticket[1]), prompt: ticket[2])
        guard picture(model: "") != nil else { return nil }
    }

    /// The year 9999.
    private static let latest: Int64 = 253_402_300_799_999

    private static func text(_ number: some BinaryInteger) -> String { String(number, radix: 36) }

    private static func number(_ text: String) -> Int64? { Int64(text, radix: 36) }

    private static func number(_ text: String, orEmpty standard: Int64) -> Int64? { text.isEmpty ? standard : number(text) }

    /// `fpng 640x480+2`: the role's letter, the type (pictures without `image/`), the size, how many more.
    private static func text(_ still: Still) -> String {
        let type = still.type.map { $0.isImage ? String($0.text.dropFirst("image/".count)) : $0.text } ?? ""
        let size = still.size.map { " \($0)" } ?? ""
        return String(letter(of: still.role)) + type.prefix(24) + size + (still.more > 0 ? "+\(still.more)" : "")
    }

    private static func still(_ text: String) -> Still? {
        guard let letter = text.first, let role = roles.first(where: { $0.letter == letter })?.role else { return nil }
        var still = Still(role)
        var rest = text.dropFirst()
        if let plus = rest.lastIndex(of: "+"), let more = Int(rest[rest.index(after: plus)...]) {
            still.more = more
            rest = rest[..<plus]
        }
        if let gap = rest.lastIndex(of: " ") {
            still.size = Size(String(rest[rest.index(after: gap)...]))
            rest = rest[..<gap]
        }
        if !rest.isEmpty { still.type = MediaType(field: rest.contains("/") ? String(rest) : "image/" + rest) }
        return still
    }

    private static func letter(of role: Medium.Role) -> Character { roles.first { $0.role.word == role.word }?.letter ?? "r" }

    private static let roles: [(letter: Character, role: Medium.Role)] = [
        ("f", .firstFrame), ("l", .lastFrame), ("k", .keyframe(0)), ("r", .reference), ("s", .source), ("a", .audio), ("m", .mask),
    ]
}
