import Conformance
import HTTP
import Net
import Server
import Testing
import Wire

/// How HTTP/2 streams and connections end before their time.
struct HTTP2EndTests {
    /// Tells what becomes of a handler that sends without end.
    @Sendable private static func pour(_ exchange: any Exchange, _ notes: Notes) async {
        exchange.onClientLeaving { notes.note("left") }
        do {
            try await exchange.start(200, Headers(), length: nil)
            while true { try await exchange.write(Bytes(repeating: 7, count: 65_536)[...]) }
        } catch {
            notes.note("\(error) gone: \(exchange.clientIsGone)")
        }
    }

    @Test func `a stream that its client resets stops its handler, and the others go on`() async throws {
        let notes = Notes()
        let stage = try await Stage { exchange in
            guard exchange.head.path == "/endless" else { return try await exchange.answer(Response(status: 200)) }
            await HTTP2EndTests.pour(exchange, notes)
        }
        let status = try await stage.talk { caller in
            try await caller.send(FrameCaller.get(1, "/endless"))
            _ = try await caller.frame { $0.type == Frame.data }
            try await caller.send(Frame(Frame.reset, 0, on: 1, [0, 0, 0, 8]), FrameCaller.get(3))
            return try await caller.answer(on: 3).status
        }
        #expect(status == 200)
        #expect(await notes.next() == "left")
        #expect(await notes.next().hasSuffix("gone: true"))
    }

    @Test func `a connection that is gone stops every handler`() async throws {
        let notes = Notes()
        let stage = try await Stage { await HTTP2EndTests.pour($0, notes) }
        try await stage.talk { caller in
            try await caller.send(FrameCaller.get(1), FrameCaller.get(3))
            _ = try await caller.frame { $0.type == Frame.data }
            caller.stream.abort()
        }
        var seen: [String] = []
        for _ in 0..<4 { seen.append(await notes.next()) }
        #expect(seen.filter { $0 == "left" }.count == 2 && seen.filter { $0.hasSuffix("gone: true") }.count == 2)
        #expect(await stage.server.drain(within: .seconds(5)) == 0)
    }

    @Test func `a body that is cut off or does not come is a failure of the handler's read`() async throws {
        var limits = Limits()
        limits.bodyPause = .milliseconds(50)
        let notes = Notes()
        let stage = try await Stage(limits) { exchange in
            do { _ = try await exchange.body(limit: 100) } catch { notes.note("\(error)") }
            try await exchange.answer(Response(status: 400))
        }
        let answer = try await stage.talk { caller in
            try await caller.send(.request(1, Frame.post, ends: false), Frame(Frame.reset, 0, on: 1, [0, 0, 0, 8]))
            try await caller.send(.request(3, Frame.post, ends: false), Frame(Frame.data, 0, on: 3, [1]))
            return try await caller.answer(on: 3)
        }
        #expect(answer.status == 400)
        let first = await notes.next()
        #expect(first == "timedOut" || first == "cut")
    }

    @Test func `a client that takes nothing for too long is given up`() async throws {
        var limits = Limits()
        limits.writePause = .milliseconds(50)
        let notes = Notes()
        let stage = try await Stage(limits) { await HTTP2EndTests.pour($0, notes) }
        let reset = try await stage.talk { caller in
            try await caller.send(FrameCaller.get(1))
            return try await caller.frame { $0.type == Frame.reset }?.payload
        }
        #expect(reset == [0, 0, 0, 8])
        #expect(await notes.next() == "left")
        #expect(await notes.next().hasPrefix("connection(timed out)"))
    }

    // MARK: Patience

    private func short() -> Limits {
        var limits = Limits()
        (limits.headTime, limits.idleTime, limits.pingTime) = (.milliseconds(100), .milliseconds(100), .milliseconds(100))
        return limits
    }

    @Test func `an idle client is told goodbye`() async throws {
        let stage = try await Stage(short()) { try await echo($0) }
        let (code, isOver) = try await stage.talk { caller in
            try await caller.send(FrameCaller.get(1))
            _ = try await caller.answer(on: 1)
            return (try await caller.farewell(), try await caller.rest().isEmpty)
        }
        #expect(code == 0 && isOver)
    }

    @Test func `half a head is waited for only so long`() async throws {
        var limits = short()
        limits.headTime = .milliseconds(500)  // A busy machine must get the half sent within it.
        let stage = try await Stage(limits) { try await echo($0) }
        let code = try await stage.talk { caller in
            try await caller.send(Frame(Frame.headers, 1, on: 1, Frame.block(Frame.get)))
            return try await caller.farewell()
        }
        #expect(code == 11)
    }

    @Test func `a silent client with a request in flight is pinged, and given up if it does not answer`() async throws {
        var limits = short()
        (limits.idleTime, limits.pingTime) = (.milliseconds(200), .seconds(1))
        let stage = try await Stage(limits) { exchange in
            await Stage.loops[0].sleep(for: exchange.head.path == "/long" ? .seconds(3) : .milliseconds(900))
            try await exchange.answer(Response(status: 200))
        }
        let patient = try await stage.talk { caller in
            try await caller.send(FrameCaller.get(1))
            var pings = 0
            while let frame = try await caller.frame({ $0.type == Frame.ping || $0.type == Frame.headers }) {
                guard frame.type == Frame.ping else { return pings }
                pings += 1
                try await caller.send(Frame(Frame.ping, Frame.ack, frame.payload))
            }
            return -1
        }
        #expect((1...6).contains(patient))
        let rest = try await stage.talk { caller in
            try await caller.send(FrameCaller.get(1, "/long"))
            return try await caller.rest()
        }
        #expect(rest.contains { $0.type == Frame.ping } && !rest.contains { $0.type == Frame.headers })
    }

    // MARK: Abuse

    @Test func `rapid resets end in a farewell, start few handlers, and others go on`() async throws {
        let notes = Notes()
        let stage = try await Stage { exchange in
            notes.note("started")
            try await exchange.answer(Response(status: 200))
        }
        let (code, other) = try await stage.call { caller in
            let attacker = try await FrameCaller(caller)
            let bystander = try await FrameCaller(Caller(try await Net.Stream.connect(to: stage.address, by: Caller.soon)))
            for number in UInt32(0)..<1000 {
                let id = 2 * number + 1
                try? await attacker.send(FrameCaller.get(id), Frame(Frame.reset, 0, on: id, [0, 0, 0, 8]))
            }
            let code = try await attacker.farewell()
            try await bystander.send(FrameCaller.get(1))
            return (code, try await bystander.answer(on: 1).status)
        }
        #expect(code == 11 && other == 200)
    }

    @Test func `requests beyond the number that is allowed are refused, even while reset ones are still worked on`() async throws {
        var limits = Limits()
        limits.streams = 4
        let notes = Notes()
        let stage = try await Stage(limits) { exchange in
            notes.note("started")
            await Stage.loops[0].sleep(for: .seconds(2))
            try await exchange.answer(Response(status: 200))
        }
        let frame = try await stage.talk { caller in
            for id in [UInt32(1), 3, 5, 7] {
                try await caller.send(FrameCaller.get(id))
                _ = try await caller.pings()
                try await caller.send(Frame(Frame.reset, 0, on: id, [0, 0, 0, 8]))
            }
            try await caller.send(FrameCaller.get(9))
            return try await caller.frame { $0.stream == 9 }
        }
        #expect(frame?.type == Frame.reset && frame?.payload == [0, 0, 0, 7] && notes.all.count == 4)
    }

    // MARK: Drain

    @Test func `a drain answers what is in flight, tells the client twice, and ends`() async throws {
        let notes = Notes()
        let stage = try await Stage { exchange in
            notes.note("started")
            await Stage.loops[0].sleep(for: .milliseconds(1300))  // Longer than newcomers are waited for.
            try await exchange.answer(Response(status: 200, body: Pieces("late")))
        }
        let frames = Notes()
        async let talk: Void = stage.talk { caller in
            try await caller.send(FrameCaller.get(1))
            while let frame = try await caller.frame() {
                if frame.type == Frame.goAway { frames.note("\(frame.payload)") }
                if frame.type == Frame.data { frames.note(String(decoding: frame.payload, as: UTF8.self)) }
            }
        }
        #expect(await notes.next() == "started")
        let broken = await stage.server.drain(within: .seconds(5))
        try await talk
        #expect(broken == 0)
        // On a busy machine the answer may come before the second word.
        #expect(frames.all.first == "[127, 255, 255, 255, 0, 0, 0, 0]")
        #expect(frames.all.sorted() == ["[0, 0, 0, 1, 0, 0, 0, 0]", "[127, 255, 255, 255, 0, 0, 0, 0]", "late"])
    }

    @Test func `a drain does not wait for an idle client that answers the ping`() async throws {
        var limits = Limits()
        limits.drainPause = .seconds(300)
        let (notes, farewells) = (Notes(), Notes())
        let stage = try await Stage(limits) { try await $0.answer(Response(status: 200)) }
        async let talk: Void = stage.talk { caller in
            try await caller.send(FrameCaller.get(1))
            notes.note("\(try await caller.answer(on: 1).status)")
            while let frame = try await caller.frame() {
                if frame.type == Frame.ping { try await caller.send(Frame(Frame.ping, Frame.ack, frame.payload)) }
                if frame.type == Frame.goAway { farewells.note("\(frame.payload)") }
            }
        }
        #expect(await notes.next() == "200")
        let start = ContinuousClock.now
        #expect(await stage.server.drain(within: .seconds(120)) == 0)
        try await talk
        #expect(ContinuousClock.now - start < .seconds(40))
        #expect(farewells.all == ["[127, 255, 255, 255, 0, 0, 0, 0]", "[0, 0, 0, 1, 0, 0, 0, 0]"])
    }
}
