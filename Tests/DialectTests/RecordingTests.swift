import Jobs
import Testing
import Wire

@testable import Dialects

/// The bytes that real clients sent to OpenAI's routes, and what each of them asks for. `asks.txt` has one line for each recording.
struct RecordingTests {
    private static let folder = "openai/recordings"

    @Test func `every recording reads into the right ask`() throws {
        let expected = DataFiles.lines(of: Self.folder + "/asks.txt").filter { !$0.isEmpty && !$0.hasPrefix("#") }
        let found = recordings().map { $0 + " => " + describe($0) }
        #expect(found.count > 200)
        for line in found where !expected.contains(line) { Issue.record("not expected: \(line)") }
        for line in expected where !found.contains(line) { Issue.record("not found: \(line)") }
    }

    private func recordings() -> [String] {
        DataFiles.names(in: Self.folder, ending: "").filter { !$0.hasSuffix(".txt") }.flatMap { client in
            DataFiles.names(in: Self.folder + "/" + client, ending: ".http").map { client + "/" + $0 }
        }
    }

    private func describe(_ path: String) -> String {
        let bytes = DataFiles.contents(of: Self.folder + "/" + path)
        guard let request = bytes.flatMap(RawRequest.read) else { return "unreadable" }
        switch OpenAI().command(for: request) {
        case .success(let ask): return CommandText.lines(ask).joined(separator: "; ")
        case .failure(let fault): return "\(fault.kind.rawValue) \(fault.param ?? "-"): \(fault.message)"
        }
    }
}
