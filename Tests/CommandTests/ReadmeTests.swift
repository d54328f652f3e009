import Application
import Configuration
import Gateway
import Jobs
import Testing

@testable import genlock

/// What the README says of the program is what the program is.
@Suite struct ReadmeTests {
    private let text: String

    init() throws {
        let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
        text = try ConfigurationFile.readText(at: root + "/README.md")
    }

    @Test func `the table of vendors is the registry's; make readme writes it`() throws {
        let between = text.components(between: "<!-- vendors -->\n", and: "\n<!-- end -->")
        let table = VendorTable(cards: RuntimeConfig.vocabulary.cards, catalog: try Application.makeCatalog())
        #expect(between == table.markdown)
    }

    @Test func `every vendor of the table can be configured by the name it shows`() {
        #expect(RuntimeConfig.vocabulary.cards.allSatisfy { Configuration.isName($0.name) && $0.aliases.allSatisfy(Configuration.isName) })
    }

    @Test func `it is short enough to be read`() {
        #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= 201)
    }
}

extension String {
    fileprivate func components(between open: String, and close: String) -> String? {
        guard let start = firstRange(of: open), let end = self[start.upperBound...].firstRange(of: close) else { return nil }
        return String(self[start.upperBound..<end.lowerBound])
    }
}
