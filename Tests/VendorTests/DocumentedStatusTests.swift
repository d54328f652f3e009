import Jobs
import Testing
import Vendors
import Wire

/// The words that vendors document, and what each means.
@Suite struct `Documented words` {
    /// Lines `status code code…: kind`; where the status says it all the code is `-`.
    @Test func `every code of a refused start has its meaning`() throws {
        var count = 0
        for row in StatusTable("codes.txt").rows {
            let vendor = try #require(Registry.vendor(row.vendor), "\(row)")
            for code in row.words.dropFirst() {
                count += 1
                var headers = Headers()
                headers.add("x-amzn-errortype", code)
                let body = StatusTable.filled(row.template, mark: "CODE", word: code)
                let reply = Reply(status: Int(row.words[0]) ?? 0, headers: headers, body: body[...])
                do throws(Fault) {
                    _ = try vendor.ticket(from: reply, to: Call(.start, .post, path: "/"))
                    Issue.record("\(row): taken for a success")
                } catch {
                    #expect(error.kind.rawValue == row.meaning, "\(row): \(code)")
                }
            }
        }
        #expect(count > 300)
    }

    /// Lines `state state…: progress`; before the template stands the ticket.
    @Test func `every state of a job has its meaning`() throws {
        let table = StatusTable("states.txt")
        for row in table.rows {
            let vendor = try #require(Registry.vendor(row.vendor), "\(row)")
            let close = try #require(row.template.firstIndex(of: "]"), "\(row)")
            let ticket = Ticket(fields: try JSON(parsing: String(row.template[...close])).elements.compactMap(\.string))
            // Where an answer can be of several calls, the first is meant.
            guard case .call(let call) = vendor.statusCall(for: ticket) else { throw StatusTable.MissingPlaceholderError() }
            for state in row.words {
                let body = StatusTable.filled(String(row.template[row.template.index(after: close)...]), mark: "STATE", word: state)
                let reply = Reply(step: call.step, status: 200, body: body[...])
                #expect(try text(vendor.progress(from: reply, for: ticket)) == row.meaning, "\(row.vendor) \(state)")
            }
        }
        let documented = Set(table.rows.map(\.vendor))
        let undocumented = Registry.vendors.filter { !documented.contains($0.card.name) && !$0.card.answersStartSynchronously }.map(
            \.card.name)
        #expect(
            undocumented == ["modelark", "google-vertex", "openai-compatible", "zai"], "documented by other vendors' rows, or by a flag")
    }

    private func text(_ finding: PollStep) -> String {
        guard case .progress(let progress) = finding else { return "one more call" }
        let lines = ProgressText.lines(of: progress)
        return lines[0] == "failed" ? "failed \(lines[1].dropFirst("kind: ".count))" : lines[0]
    }
}
