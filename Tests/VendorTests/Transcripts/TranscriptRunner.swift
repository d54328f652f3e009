import Catalog
import Jobs
import Vendors
import Wire

/// Walks one transcript against a vendor's pure functions.
struct TranscriptRunner {
    /// Where the walk left the transcript, with the two sides.
    struct Difference: Error, CustomStringConvertible {
        var place: String
        var lines: [String]
        var description: String { ([place] + lines).joined(separator: "\n") }
    }

    private static let catalog = Result { () throws(CatalogError) in try Catalog() }

    private let transcript: Transcript
    private let catalog: Catalog
    private let vendor: any Vendor
    private let settings: [String: String]
    private var next = 0
    private var lastCall: Call?
    private var ticket = Ticket(fields: [])
    private var pending: [Call] = []
    private var correlationKey: CorrelationKey?

    /// - Parameters:
    ///   - replacement: stands in for the vendor of the registry.
    ///   - catalog: its models, where they are not the shipped ones.
    init(_ transcript: Transcript, vendor replacement: (any Vendor)? = nil, catalog: Catalog? = nil) throws {
        self.catalog = try catalog ?? TranscriptRunner.catalog.get()
        guard let vendor = replacement ?? Registry.vendors.first(where: { $0.card.name == transcript.vendor }) else {
            throw Difference(place: "\(transcript)", lines: ["no vendor of that name"])
        }
        var settings = transcript.values("setting")
        for setting in vendor.card.settings where settings[setting.name] == nil { settings[setting.name] = setting.fallback }
        self.transcript = transcript
        self.settings = settings
        self.vendor = vendor.adjusted(to: settings)
    }

    mutating func run() throws {
        while next < transcript.sections.count {
            let section = transcript.sections[next]
            next += 1
            switch section.name {
            case "job": try checkStart(section)
            case "ticket": ticket = try ticket(in: section)
            // Where the ticket says it all nothing is asked.
            case "status", "progress": try checkStatus(section)
            case "stop": try checkCancel(section)
            case "together": try checkBatchStatus(section)
            case "find": try checkLookup(section)
            case "content": try checkContent(section)
            default: throw difference(section, ["a section '\(section.name)' cannot stand here"])
            }
        }
        if !pending.isEmpty { throw Difference(place: "\(transcript)", lines: ["the call for the contents is missing"]) }
    }

    private mutating func checkStart(_ section: Transcript.Section) throws {
        let name = transcript.header["model"] ?? ""
        let job = try JobText.job(section.body + section.head.joined(separator: "\n"), model: name)
        guard let model = catalog.model(name, of: transcript.vendor) else {
            throw difference(section, ["the catalog has no model '\(name)'"])
        }
        let adapt = AdaptPolicy(rawValue: transcript.header["adapt"] ?? "strict") ?? .strict
        let call: Call
        do {
            let checked = try catalog.validate(job, on: model, adapt: adapt)
            var prepared = checked.job
            for place in prepared.media.indices {
                prepared.media[place].source = try source(of: checked.job.media[place], for: checked.job, on: checked.model, section)
            }
            call = try vendor.startCall(for: prepared, on: checked.model)
        } catch let fault as Fault {
            return try expect(fault)
        }
        try expect(call)
        correlationKey = call.correlationKey
        // The answer was lost.
        guard next < transcript.sections.count, transcript.sections[next].name == "reply" else { return }
        let reply = try reply(to: call)
        do throws(Fault) {
            ticket = try vendor.ticket(from: reply, to: call)
        } catch {
            return try expect(error)
        }
        let expected = try take("ticket")
        let wanted = try ticket(in: expected)
        if wanted != ticket { throw difference(expected, TranscriptRunner.comparison(wanted.fields, ticket.fields)) }
    }

    /// The medium as `start` sees it: uploaded where the vendor takes it in no other way. The tests fetch nothing.
    private mutating func source(
        of medium: InputMedia, for job: Job, on model: Model, _ section: Transcript.Section
    ) throws -> InputMedia.Source {
        let ways = vendor.card.transports[medium.kind] ?? [.url, .inline]
        switch medium.source {
        case .reference: return medium.source
        case .url:
            if ways.contains(.url) { return medium.source }
            if !ways.contains(.uploadFromURL) {
                throw difference(section, ["\(medium.param): the vendor takes no URLs; write the case with the bytes that are fetched"])
            }
        case .bytes, .base64:
            if ways.contains(.inline) { return medium.source }
            if !ways.contains(.upload) { throw difference(section, ["\(medium.param): the vendor takes no bytes"]) }
        }
        var replies: [Reply] = []
        while true {
            switch try vendor.uploadStep(for: medium, of: job, on: model, after: replies) {
            case .done(let source): return source
            case .call(let call):
                try expect(call)
                replies.append(try reply(to: call))
            }
        }
    }

    private mutating func checkStatus(_ section: Transcript.Section) throws {
        next -= 1
        try follow(vendor.statusCall(for: ticket))
    }

    /// Checks what a reply or a ticket led to, up to a state.
    private mutating func follow(_ finding: PollStep) throws {
        switch finding {
        case .call(let call):
            try expect(call)
            let reply = try reply(to: call)
            let found: PollStep
            do throws(Fault) {
                found = try vendor.progress(from: reply, for: ticket)
            } catch {
                return try expect(error)
            }
            try follow(found)
        case .progress(let progress):
            let expected = try take("progress")
            try compare(expected, ProgressText.lines(of: progress))
            if case .done(let assets) = progress {
                pending = assets.compactMap { asset in
                    switch asset.place {
                    case .call(let call), .inline(let call, _): call
                    case .url, .bytes, .kept: nil
                    }
                }
            }
        }
    }

    /// One status call about the jobs of the section's tickets, and what its reply says of each.
    private mutating func checkBatchStatus(_ section: Transcript.Section) throws {
        let tickets = try JSON(parsing: section.head.joined()).elements.map { Ticket(fields: $0.elements.compactMap(\.string)) }
        guard tickets.count <= vendor.card.maxJobsPerStatusCall, let call = vendor.statusCall(for: tickets) else {
            throw difference(section, ["the vendor is not asked about that many jobs at once"])
        }
        try expect(call)
        let reply = try reply(to: call)
        for ticket in tickets {
            let expected = try take("progress")
            try compare(expected, vendor.progress(in: reply, for: ticket).map(ProgressText.lines) ?? ["nothing"])
        }
    }

    /// The call that looks for the job of the start call before it.
    private mutating func checkLookup(_ section: Transcript.Section) throws {
        guard let correlationKey, let call = vendor.lookupCall(for: correlationKey) else {
            throw difference(section, ["the vendor's file cannot find jobs"])
        }
        next -= 1
        try expect(call)
        let reply = try reply(to: call)
        let expected = try take("found")
        let found = try vendor.ticket(fromLookup: reply, by: correlationKey)
        let wanted = expected.head == ["nothing"] ? nil : try ticket(in: expected)
        if wanted != found { throw difference(expected, TranscriptRunner.comparison(wanted?.fields ?? [], found?.fields ?? [])) }
    }

    private mutating func checkCancel(_ section: Transcript.Section) throws {
        guard let call = vendor.cancelCall(for: ticket) else { throw difference(section, ["the vendor's file cannot stop jobs"]) }
        next -= 1
        try expect(call)
        let reply = try reply(to: call)
        let expected = try take("outcome")
        let outcome = "\(vendor.cancelOutcome(from: reply, for: ticket))"
        if expected.head != [outcome] { throw difference(expected, TranscriptRunner.comparison(expected.head, [outcome])) }
    }

    private mutating func checkContent(_ section: Transcript.Section) throws {
        guard !pending.isEmpty else { throw difference(section, ["no asset needs a call"]) }
        next -= 1
        try expect(pending.removeFirst())
        if next < transcript.sections.count, transcript.sections[next].name == "reply" { next += 1 }
    }

    // MARK: Expectations

    private mutating func take(_ name: String) throws -> Transcript.Section {
        guard next < transcript.sections.count else {
            throw Difference(place: "\(transcript)", lines: ["'=== \(name)' is missing at the end"])
        }
        let section = transcript.sections[next]
        guard section.name == name else {
            throw difference(section, ["here stands '\(section.name)', the vendor's file came to '\(name)'"])
        }
        next += 1
        return section
    }

    private mutating func expect(_ call: Call) throws {
        let lines = CallText.lines(of: call, card: vendor.card, secrets: transcript.values("secret"), settings: settings)
        guard next < transcript.sections.count, transcript.sections[next].name == call.purpose.rawValue else {
            throw Difference(place: "\(transcript): '=== \(call.purpose.rawValue)' is missing", lines: lines)
        }
        let section = transcript.sections[next]
        next += 1
        let wanted = CallText.lines(of: section)
        if wanted != lines { throw difference(section, TranscriptRunner.comparison(wanted, lines)) }
    }

    private mutating func reply(to call: Call) throws -> Reply {
        let section = try take("reply")
        var headers = Headers()
        for line in section.head {
            let halves = line.split(separator: ":", maxSplits: 1).map(String.init)
            if halves.count == 2, let name = HeaderName(halves[0]) { headers.add(name, String(halves[1].drop { $0 == " " })) }
        }
        // As the gateway reads replies: overlong strings are left out.
        var body = Bytes()
        var strings = LongStringElider()
        strings.elide(Bytes(section.body.utf8)[...], into: &body)
        return Reply(step: call.step, status: Int(section.argument) ?? 0, headers: headers, body: body[...])
    }

    private mutating func expect(_ fault: Fault) throws {
        guard next < transcript.sections.count, transcript.sections[next].name == "fault" else {
            throw Difference(
                place: "\(transcript): a fault was thrown", lines: ProgressText.lines(of: fault) + ["detail: \(fault.detail ?? "")"])
        }
        let section = transcript.sections[next]
        next += 1
        try compare(section, ProgressText.lines(of: fault))
    }

    private func compare(_ section: Transcript.Section, _ lines: [String]) throws {
        let wanted = section.head
        let isSame = wanted.allSatisfy(lines.contains) && (wanted.first == lines.first) && (!wanted.contains("done") || wanted == lines)
        if !isSame { throw difference(section, TranscriptRunner.comparison(wanted, lines)) }
    }

    private func ticket(in section: Transcript.Section) throws -> Ticket {
        let text = (section.head + [section.body]).joined(separator: "\n")
        return Ticket(fields: try JSON(parsing: text).elements.compactMap(\.string))
    }

    private func difference(_ section: Transcript.Section, _ lines: [String]) -> Difference {
        Difference(place: "\(transcript).txt:\(section.line) (\(section.name))", lines: lines)
    }

    /// `-` stands in the transcript only, `+` came out of the vendor's file only.
    private static func comparison(_ wanted: [String], _ found: [String]) -> [String] {
        wanted.filter { !found.contains($0) }.map { "  - \($0)" } + found.filter { !wanted.contains($0) }.map { "  + \($0)" }
            + (wanted.sorted() == found.sorted() ? ["  (another order)"] : [])
    }
}
