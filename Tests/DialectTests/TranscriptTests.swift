import Testing

@testable import Dialects

struct TranscriptTests {
    static let cases = Dialects.all.flatMap { dialect in
        DataFiles.names(in: dialect.name, ending: ".txt").map { dialect.name + "/" + $0 }
    }

    @Test(arguments: cases) func `the dialect answers as the transcript says`(path: String) throws {
        let name = path.split(separator: "/")[0]
        let dialect = try #require(Dialects.all.first { $0.name == name })
        Transcript(path).play(on: dialect)
    }

    @Test func `every dialect has transcripts`() {
        for dialect in Dialects.all {
            #expect(!DataFiles.names(in: dialect.name, ending: ".txt").isEmpty, "\(dialect.name) has none")
        }
    }
}
