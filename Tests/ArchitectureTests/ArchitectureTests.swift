import Testing

/// The rules of the code, checked in every file of the repository.
@Suite struct ArchitectureTests {
    @Test func `the repository is found`() {
        #expect(Repository.files.contains { $0.path == "Package.swift" })
        #expect(Repository.swift.count > 50)
        #expect(Set(Repository.swift.filter { $0.root == "Sources" }.map(\.target)).isSuperset(of: ModuleDependencies.pure))
        #expect(RetiredWords.all.count > 100)
    }

    @Test(arguments: Rule.all)
    func `the rule is kept`(_ rule: Rule) {
        let breaches = rule.breaches(Repository.files)
        #expect(breaches.isEmpty, "\(breaches.joined(separator: "\n"))")
    }

    @Test(arguments: Rule.all)
    func `a breach is noticed`(_ rule: Rule) {
        let planted = SourceFile(rule.plantedBreach.path, rule.plantedBreach.text)
        let breaches = rule.breaches([planted])
        #expect(breaches.contains { $0.contains(rule.plantedBreach.complaint) }, "\(breaches)")
    }

    @Test func `the statistics of the code are printed`() {
        let statistics = CodeStatistics(Repository.files)
        print(statistics)
        #expect(statistics.functionsWithUnlabelled == 0)
        #expect(statistics.sharedTypeNames == 0)
        #expect(statistics.retiredWords == 0)
    }

    @Test func `statistics count what is there`() {
        let files = [
            SourceFile("Sources/Net/A.swift", "struct Station {\n    func a(_ a: A, _ b: B, _ c: C) {\n    }\n}\nstruct B {}\n"),
            SourceFile("Sources/HTTP/B.swift", "enum B {}\n" + String(repeating: "\n", count: 39)),
            SourceFile("Tests/HTTPTests/C.swift", "enum B {}\n"),
        ]
        #expect(
            CodeStatistics(files).description == """
                files per module: HTTP 1, Net 1
                lines per file: median 40, p90 40, under 40 lines: 50 %
                lines per function: median 2, p90 2, p99 2 of 1 functions
                functions with three or more unlabelled parameters: 1
                top-level type names in two modules: 1
                retired words: 1
                """)
    }
}
