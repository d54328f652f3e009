import Jobs
import Testing
import Vendors
import Wire

/// The codes that vendors document for a paid call that is not accepted, and what each means: `Tests/Transcripts/vendors/codes.txt`.
@Suite struct `Documented codes` {
    struct Row: CustomStringConvertible {
        var vendor: String
        /// With `CODE` in the place of the code.
        var template: String
        var status: Int
        var code: String
        var kind: String
        var description: String { "\(vendor) \(status) \(code)" }
    }

    /// A block a vendor: its name and the answer, then lines `status code code…: kind`. Where the status says it all the code is `-`.
    private static let rows: [Row] = {
        var vendor = "", template = ""
        return Transcript.text(Transcript.tests + "/Transcripts/vendors/codes.txt").split(separator: "\n").flatMap { line -> [Row] in
            guard line.first?.isNumber == true, let colon = line.lastIndex(of: ":") else {
                let halves = line.split(separator: " ", maxSplits: 1).map(String.init)
                (vendor, template) = (halves[0], halves[1])
                return []
            }
            let words = line[..<colon].split(separator: " ")
            let kind = String(line[line.index(colon, offsetBy: 2)...])
            return words.dropFirst().map {
                Row(vendor: vendor, template: template, status: Int(words[0]) ?? 0, code: String($0), kind: kind)
            }
        }
    }()

    @Test func `every documented code has its meaning`() throws {
        #expect(Self.rows.count > 200)
        for row in Self.rows {
            let vendor = try #require(Registry.vendor(row.vendor), "\(row)")
            var headers = Headers()
            headers.add("x-amzn-errortype", row.code)
            let body = row.template.split(separator: "CODE", omittingEmptySubsequences: false).joined(separator: row.code)
            let reply = Reply(step: "start", status: row.status, headers: headers, body: Bytes(body.utf8)[...])
            do throws(Fault) {
                _ = try vendor.ticket(from: reply, to: Call(.start, .post, "/"))
                Issue.record("\(row): taken for a success")
            } catch {
                #expect(error.kind.rawValue == row.kind, "\(row)")
            }
        }
    }
}
