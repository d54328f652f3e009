import Conformance
import Net
import Server
import Testing
import Wire

/// The HTTP/2 table over real sockets.
struct FrameTableTests {
    private static let shares = 8

    /// The cases are divided, because each failed connection lingers.
    @Test(arguments: 0..<shares) func `each case of the table gives its outcome`(_ share: Int) async throws {
        var limits = Limits()
        limits.lingerIdleTimeout = .milliseconds(200)  // for which each failed connection waits
        let testServer = try await TestServer(limits) { try await echo($0) }
        for (index, example) in FrameCase.all.enumerated() where index % Self.shares == share {
            let frames = try await testServer.withHTTP2Client(greets: false) { caller in
                try await caller.send(example.bytes)
                caller.stream.shutdownWrite()
                return try await caller.rest()
            }
            // The read of a body fails when its client disconnects.
            let seen = FrameCase.outcomes(of: frames).filter { $0 != .answered(1, 400) || example.outcomes.contains($0) }
            #expect(FrameCase.decisive(seen) == FrameCase.decisive(example.outcomes), "\(example.name)")
        }
        await testServer.server.drain(within: .seconds(5))
    }
}
