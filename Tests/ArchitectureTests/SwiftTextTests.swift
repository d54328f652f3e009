import Testing

/// The reader of Swift source that the rules use.
@Suite struct SwiftTextTests {
    @Test(arguments: [
        ("a // b\nc", "a     \nc"), ("a /* b /* c */ d */ e", "a                   e"), ("x = \"a // b\" // c", "x = \"      \"     "),
        ("\"a\\\"b\" c", "\"    \" c"), ("\"\\(f(\"x\") + 1)\" d", "\"             \" d"), ("#\"a\"b\"# c", "#\"   \"# c"),
        ("#if x\n#endif", "#if x\n#endif"),
        ("\"\"\"\na \"b\" // c\n\"\"\" d", "\"\"\"\n          \n\"\"\" d"), ("#\"\\(a)\"# b", "#\"    \"# b"), ("\"", "\""), ("/*", "  "),
    ])
    func `comments and strings are blanked`(text: String, blanked: String) {
        #expect(SwiftText.blanked(text, strings: true) == blanked)
    }

    @Test func `strings can be kept`() {
        #expect(SwiftText.blanked("x(\"a // b\") // c", strings: false) == "x(\"a // b\")     ")
    }

    @Test(arguments: [
        ("print(x)", "print(", true), ("blueprint(x)", "print(", false), ("a.random(in:", ".random(", true), ("xTODO TODO", "TODO", true),
        ("TODOS", "TODO", false),
        ("isPublic", "public", false), ("public var", "public", true),
    ])
    func `words match as a whole`(line: String, word: String, found: Bool) {
        #expect(SwiftText.lines(of: "\n\n" + line, with: word) == (found ? [3] : []))
    }

    @Test func `functions are measured`() {
        let code = """
            struct X {
                init(a: Int = { 1 }()) {
                    x.init(3)
                }
                func `a b`() async throws(
                    Y
                )
                    -> Z where Z: Q
                {
                    if a { b() }
                }
                func inner() { func deep() {
                } }
            }
            protocol P {
                func required() -> Int
                init()
            }
            var x: Int { 1 }
            """
        let functions = FunctionScan.functions(in: code).map { "\($0.name) \($0.line) \($0.lines)" }
        #expect(functions == ["init 2 3", "`a b` 5 7", "inner 12 2", "deep 12 2"])
    }

    @Test func `imports are read`() {
        let file = SourceFile(
            "Sources/X/Y.swift",
            "// import A\nimport B\n@testable import C\nimport struct D.E\npackage import F\nlet x = \"import G\"\nimportant()")
        #expect(file.imports.map { "\($0.module) \($0.line)" } == ["B 2", "C 3", "D 4", "F 5"])
    }
}
