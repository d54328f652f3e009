import Testing

@testable import Configuration

@Suite struct ExpansionTests {
    private static func expand(_ text: String) throws -> String {
        let expansion = Expansion(
            environment: Environment(["A": "1", "EMPTY": "", "NESTED": "${A}"]),
            readFile: { path throws(ConfigurationFile.ReadError) in
                guard path == "/f" else { throw ConfigurationFile.ReadError(reason: "gone") }
                return "file\n"
            })
        return try expansion(text)
    }

    @Test(arguments: [
        ("plain", "plain"), ("${A}", "1"), ("x${A}y${A}", "x1y1"), ("${EMPTY}", ""), ("${EMPTY:-d}", "d"), ("${B:-}", ""),
        ("${B:-a:-b}", "a:-b"),
        ("${file:/f}", "file"), ("a$b", "a$b"), ("$", "$"), ("$$", "$$"), ("$${A}", "${A}"), ("$$${A}", "$${A}"), ("$${", "${"),
        ("${NESTED}", "${A}"), ("{A}", "{A}"),
    ])
    func `variables and files are put in once`(text: String, expected: String) throws {
        #expect(try Self.expand(text) == expected)
    }

    @Test(arguments: ["${B}", "${", "${A", "${}", "${1A}", "${A-b}", "${A:b}", "${file:/g}", "${file:}", "${ä}"])
    func `what cannot be put in is refused`(text: String) {
        #expect(throws: Expansion.ExpansionError.self) { try Self.expand(text) }
    }
}
