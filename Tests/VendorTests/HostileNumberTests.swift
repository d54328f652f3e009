import Fuzzing
import Jobs
import Testing
import Vendors
import Wire

/// Every number of every answer that a transcript holds, replaced by those on which conversions trap.
struct HostileNumberTests {
    private static let replies = Transcript.all.flatMap { transcript in
        transcript.sections.filter { $0.name == "reply" }.map { (transcript, $0) }
    }

    @Test(arguments: Registry.vendors.map(\.card.name)) func `no number in a vendor's answer ends the process`(_ name: String) throws {
        let vendor = try #require(Registry.vendors.first { $0.card.name == name }).adjusted(to: [:])
        for (transcript, section) in Self.replies where transcript.vendor == name {
            let status = Int(section.argument.prefix { $0.isNumber }) ?? 200
            var headers = Headers()
            headers.set(.retryAfter, HostileNumbers.texts[section.line % HostileNumbers.texts.count])
            for body in HostileNumbers.variants(of: Bytes(section.body.utf8)[...]) {
                let reply = Reply(status: status, headers: headers, body: body[...])
                let ticket = try? vendor.ticket(from: reply, to: Call(.start, .post, path: "/"))
                do throws(FuzzCase.PropertyError) {
                    try DialectProperties.require(vendor, reads: reply, for: ticket ?? Ticket("a", "b", "c"))
                } catch {
                    Issue.record("\(transcript): \(error) in \(String(decoding: body, as: UTF8.self).prefix(300))")
                }
            }
        }
    }

    @Test func `the answers hold numbers to replace`() {
        let count = Self.replies.reduce(0) { $0 + HostileNumbers.variants(of: Bytes($1.1.body.utf8)[...]).count }
        #expect(count > 5000, "\(count)")
    }
}
