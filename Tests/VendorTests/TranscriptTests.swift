import Jobs
import Testing
import Vendors

@Suite struct `Vendor transcripts` {
    @Test(arguments: Transcript.all) func `the vendor's file says what the transcript says`(_ transcript: Transcript) {
        do {
            var runner = try TranscriptRunner(transcript)
            try runner.run()
            print("\(pad(transcript.vendor, 20)) \(pad(transcript.name, 44)) ok  \(transcript.header["basis"] ?? "")")
        } catch {
            print("\(pad(transcript.vendor, 20)) \(pad(transcript.name, 44)) DIFFERS")
            Issue.record("\(error)")
        }
    }

    @Test func `what has no transcript is listed with its reason`() {
        for (vendor, name, reason) in Transcript.omitted {
            print("\(pad(vendor, 20)) \(pad(name, 44)) --  \(reason)")
            #expect(reason.count > 10, "\(vendor)/\(name)")
        }
    }

    /// Where the start is held, what fails fails there.
    @Test func `every vendor has transcripts that start a job, see it done and see it fail`() {
        for vendor in Registry.vendors {
            let sections = Transcript.all.filter { $0.vendor == vendor.card.name }.flatMap(\.sections)
            for (name, first) in [
                ("start", ""), ("progress", "done"), vendor.card.answersStartSynchronously ? ("fault", "") : ("progress", "failed"),
            ] {
                #expect(
                    sections.contains { $0.name == name && ($0.head.first ?? "").hasPrefix(first) },
                    "\(vendor.card.name) lacks \(name) \(first)")
            }
        }
    }

    private func pad(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }
}
