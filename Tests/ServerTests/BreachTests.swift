import Conformance
import Net
import Server
import Testing
import Wire

/// What ends without an answer is told all the same.
struct BreachTests {
    @Test func `a handshake that fails is told, and a client that only knocked is not`() async throws {
        let notes = Notes()
        let stage = try await Stage(tls: TLSDesk(Authority.server()), hear: { notes.note("\($0.kind) \($0.peer.host) \($0.reason)") }) {
            try await echo($0)
        }
        try await stage.call { _ in }
        while stage.server.figures.failedHandshakes == 0 { await Stage.loops[2].run { _ in await Task.yield() } }
        try await stage.call { caller in
            try await caller.send("\u{16}\u{3}\u{1}\u{0}\u{5}hello")
            // An alert, perhaps, and the end.
            while let bytes = try? await caller.stream.read(by: Caller.soon), !bytes.isEmpty {}
        }
        let note = await notes.next()
        #expect(note.hasPrefix("handshake 127.0.0.1 TLS failed: "))
        #expect(notes.all.isEmpty)
    }

    @Test func `a stream that is reset for its head is told, and a connection that is given up`() async throws {
        let notes = Notes()
        let stage = try await Stage(hear: { notes.note("\($0.kind) \($0.reason)") }) { try await echo($0) }
        try await stage.talk { caller in
            try await caller.send(.request(1, Frame.get + [("X-Upper", "1")]), .request(3, [(":method", "GET")]))
            for id: UInt32 in [1, 3] { #expect(try await caller.answer(on: id).reset != nil) }
            try await caller.send((0..<1000).flatMap { _ in Frame(Frame.ping, 0, on: 0, Bytes(repeating: 0, count: 8)).bytes })
            _ = try await caller.rest()
        }
        #expect(await notes.next().hasPrefix("http2 "))
        #expect(await notes.next().hasPrefix("http2 "))
        #expect(await notes.next() == "http2 ENHANCE_YOUR_CALM")
        #expect(notes.all.isEmpty && stage.server.figures.brokenHTTP2 == 3)
    }

    @Test func `a connection for which there is no place is told`() async throws {
        var limits = Limits()
        limits.connections = 1
        let notes = Notes()
        let stage = try await Stage(limits, hear: { notes.note("\($0.kind)") }) { try await echo($0) }
        try await stage.call { caller in
            // Who has asked nothing yet is not sent away for another.
            while await stage.server.connectionCount() == 0 { await Task.yield() }
            let second = Caller(try await Net.Stream.connect(to: stage.address, by: Caller.soon))
            #expect(try await second.seesEnd() == false)
            second.stream.close()
        }
        #expect(await notes.next() == "crowd")
    }
}
