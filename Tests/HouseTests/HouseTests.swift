import Testing

/// The laws of the house, kept.
@Suite struct HouseTests {
    @Test func `the repository is found`() {
        #expect(Repository.files.contains { $0.path == "Package.swift" })
        #expect(Repository.swift.count > 50)
        #expect(Set(Repository.swift.filter { $0.root == "Sources" }.map(\.target)).isSuperset(of: Arrows.pure))
    }

    @Test(arguments: Law.all)
    func `the law is kept`(_ law: Law) {
        let breaches = law.breaches(Repository.files)
        #expect(breaches.isEmpty, "\(breaches.joined(separator: "\n"))")
    }

    @Test(arguments: Law.all)
    func `a breach is noticed`(_ law: Law) {
        let planted = SourceFile(law.planted.path, law.planted.text)
        let breaches = law.breaches([planted])
        #expect(breaches.contains { $0.contains(law.planted.complaint) }, "\(breaches)")
    }
}
