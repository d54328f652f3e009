import ArgumentParser
import Testing

@testable import genlock

struct QuickCommandTests {
    @Test(
        arguments: [
            ["serve"], ["serve", "--config", "a.yaml"], ["serve", "-c", "a.yaml"], ["serve", "--config=a=b.yaml"],
            ["serve", "--listen", "[::1]:80,unix:/x", "--state=/s", "--log", "debug,json", "-c", "x y"],
        ])
    func `serve reads the same options as ArgumentParser`(words: [String]) throws {
        let slow = try #require(try Genlock.parseAsRoot(words) as? Serve)
        #expect(QuickCommand(words) == .serve(slow.options.flags, listen: slow.listen))
    }

    @Test(
        arguments: [
            ["healthcheck"], ["healthcheck", "--url", "http://h:1"],
            ["healthcheck", "--url=http://h:1?a=b", "--state", "/s", "-c", "x", "--log=info"],
        ])
    func `healthcheck reads the same options as ArgumentParser`(words: [String]) throws {
        let slow = try #require(try Genlock.parseAsRoot(words) as? Healthcheck)
        #expect(QuickCommand(words) == .healthcheck(slow.options.flags, url: slow.url))
    }

    @Test func `the version is that of ArgumentParser`() {
        #expect(QuickCommand(["--version"]) == .version)
        let error = #expect(throws: (any Error).self) { try Genlock.parseAsRoot(["--version"]) }
        #expect(error.map { Genlock.fullMessage(for: $0) } == Genlock.versionText)
    }

    @Test(
        arguments: [
            [], [""], ["--help"], ["-h"], ["help", "serve"], ["serve", "--help"], ["serve", "-h"], ["serve", "--version"],
            ["--version", "serve"], ["serve", "--unknown"], ["serve", "--unknown=x"], ["serve", "word"], ["serve", ""], ["serve", "--"],
            ["serve", "--config"], ["serve", "--config="], ["serve", "--config", ""], ["serve", "--config", "--state"],
            ["serve", "--config", "-"], ["serve", "--config=-x"], ["serve", "-c=x"], ["serve", "-cx"], ["serve", "--conf", "x"],
            ["serve", "--config", "a", "-c", "b"], ["serve", "--url", "x"], ["healthcheck", "--listen", "x"], ["check"], ["serves"],
        ])
    func `everything else is left to ArgumentParser`(words: [String]) { #expect(QuickCommand(words) == nil) }
}
