import Testing

/// The laws of the house, kept.
@Suite struct ArchitectureTests {
    @Test func `the repository is found`() {
        #expect(Repository.files.contains { $0.path == "Package.swift" })
        #expect(Repository.swift.count > 50)
        #expect(Set(Repository.swift.filter { $0.root == "Sources" }.map(\.target)).isSuperset(of: ModuleDependencies.pure))
    }

    @Test(arguments: Rule.all)
    func `the law is kept`(_ law: Rule) {
        let breaches = law.breaches(Repository.files)
        #expect(breaches.isEmpty, "\(breaches.joined(separator: "\n"))")
    }

    @Test(arguments: Rule.all)
    func `a breach is noticed`(_ law: Rule) {
        let planted = SourceFile(law.plantedBreach.path, law.plantedBreach.text)
        let breaches = law.breaches([planted])
        #expect(breaches.contains { $0.contains(law.plantedBreach.complaint) }, "\(breaches)")
    }
}
