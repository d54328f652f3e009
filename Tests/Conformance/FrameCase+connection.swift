extension FrameCase {
    /// RFC 9113 §3.4.
    static let beginnings: [FrameCase] = [
        FrameCase("the preface alone", []),
        FrameCase("half a preface", raw: Array(Frame.preface.prefix(10))),
        FrameCase(
            "settings must come first",
            raw: Array(Frame.preface.prefix(24))
                + Frame(
                    Frame.ping, 0,
                    payload: [UInt8](
                        repeating: 0,
                        count: 8)
                ).bytes,
            gives: .goAway(protocolError)),
        FrameCase(
            "a preface with a wrong end", raw: Array(Frame.preface.prefix(20)) + Array("XX\r\n\r\n".utf8), gives: .goAway(protocolError)),
        FrameCase("a request right behind the preface", get(), gives: .answered(1, 200)),
    ]

    /// RFC 9113 §4, §6.1 to §6.4, §6.7, §6.10: places, lengths and padding.
    static let frames: [FrameCase] = [
        FrameCase("an unknown type is passed over", [Frame(0x16, 0xFF, on: 0, payload: [1, 2, 3])] + get(), gives: .answered(1, 200)),
        FrameCase("unknown flags are passed over", [Frame(Frame.ping, 0xF0, payload: [0, 0, 0, 0, 0, 0, 0, 0])], gives: .pong),
        FrameCase(
            "a frame that is too long", [Frame(Frame.data, 0, on: 1, payload: [UInt8](repeating: 0, count: 16_385))],
            gives: .goAway(frameSize)),
        FrameCase(
            "a head that is too long a frame", [Frame(Frame.headers, 5, on: 1, payload: [UInt8](repeating: 0, count: 16_385))],
            gives: .goAway(frameSize)),
        FrameCase("a field block that cannot be read", [Frame(Frame.headers, 5, on: 1, payload: [0x40])], gives: .goAway(compression)),
        FrameCase("an index of nothing", [Frame(Frame.headers, 5, on: 1, payload: [0xFF, 0x80, 0x01])], gives: .goAway(compression)),
        FrameCase(
            "a table larger than allowed", [Frame(Frame.headers, 5, on: 1, payload: [0x3F, 0xE2, 0x1F] + Frame.block(Frame.get))],
            gives: .goAway(compression)),
        FrameCase(
            "a head in two frames",
            [
                Frame(Frame.headers, 1, on: 1, payload: Frame.block(Frame.get)),
                Frame(Frame.continuation, 4, on: 1, payload: Frame.block([("x", "y")])),
            ],
            gives: .answered(1, 200)),
        FrameCase("half a head", [Frame(Frame.headers, 1, on: 1, payload: Frame.block(Frame.get))]),
        FrameCase(
            "something between the parts of a head",
            [Frame(Frame.headers, 1, on: 1, payload: Frame.block(Frame.get)), Frame(Frame.ping, 0, payload: [0, 0, 0, 0, 0, 0, 0, 0])],
            gives: .goAway(protocolError)),
        FrameCase(
            "the continuation of another stream's head",
            [Frame(Frame.headers, 1, on: 1, payload: Frame.block(Frame.get)), Frame(Frame.continuation, 4, on: 3, payload: [])],
            gives: .goAway(protocolError)),
        FrameCase(
            "a continuation of nothing", [Frame(Frame.continuation, 4, on: 1, payload: Frame.block(Frame.get))],
            gives: .goAway(protocolError)),
        FrameCase(
            "a continuation behind a whole head",
            [.request(1, Frame.post, ends: false), Frame(Frame.continuation, 4, on: 1, payload: Frame.block([("x", "y")]))],
            gives: .goAway(protocolError)),
        FrameCase("a body on stream 0", [data(0, "abc")], gives: .goAway(protocolError)),
        FrameCase("a head on stream 0", [.request(0, Frame.get)], gives: .goAway(protocolError)),
        FrameCase(
            "a padded body", [.request(1, Frame.post, ends: false), Frame(Frame.data, 9, on: 1, payload: [2, 0x61, 0, 0])],
            gives: .answered(1, 200)),
        FrameCase(
            "a body of padding alone", [.request(1, Frame.post, ends: false), Frame(Frame.data, 9, on: 1, payload: [1, 0])],
            gives: .answered(1, 200)),
        FrameCase(
            "more padding than body", [.request(1, Frame.post, ends: false), Frame(Frame.data, 9, on: 1, payload: [3, 0, 0])],
            gives: .goAway(protocolError)),
        FrameCase(
            "a padded head", [Frame(Frame.headers, 13, on: 1, payload: [3] + Frame.block(Frame.get) + [0, 0, 0])],
            gives: .answered(1, 200)),
        FrameCase(
            "more padding than head", [Frame(Frame.headers, 13, on: 1, payload: [200] + Frame.block(Frame.get))],
            gives: .goAway(protocolError)),
        FrameCase(
            "a head with a priority", [Frame(Frame.headers, 0x25, on: 1, payload: [0, 0, 0, 0, 15] + Frame.block(Frame.get))],
            gives: .answered(1, 200)),
        FrameCase("a priority", [Frame(Frame.priority, 0, on: 1, payload: [0, 0, 0, 0, 15])] + get(), gives: .answered(1, 200)),
        FrameCase(
            "a priority on itself of a stream that is open",
            [.request(1, Frame.post, ends: false), Frame(Frame.priority, 0, on: 1, payload: [0, 0, 0, 1, 15])],
            gives: .reset(1, protocolError)),
        FrameCase(
            "an exclusive priority on itself",
            [.request(3, Frame.post, ends: false), Frame(Frame.priority, 0, on: 3, payload: [0x80, 0, 0, 3, 15])],
            gives: .reset(3, protocolError)),
        FrameCase(
            "a priority on itself of a stream that is idle", [Frame(Frame.priority, 0, on: 5, payload: [0, 0, 0, 5, 15])],
            gives: .goAway(protocolError)),
        FrameCase(
            "a head with a priority on itself", [Frame(Frame.headers, 0x25, on: 1, payload: [0, 0, 0, 1, 15] + Frame.block(Frame.get))],
            gives: .goAway(protocolError)),
        FrameCase("a priority on stream 0", [Frame(Frame.priority, 0, on: 0, payload: [0, 0, 0, 0, 15])], gives: .goAway(protocolError)),
        FrameCase(
            "a priority of four bytes", [.request(1, Frame.post, ends: false), Frame(Frame.priority, 0, on: 1, payload: [0, 0, 0, 0])],
            gives: .goAway(frameSize)),
        FrameCase("a reset on stream 0", [Frame(Frame.reset, 0, on: 0, payload: [0, 0, 0, 8])], gives: .goAway(protocolError)),
        FrameCase(
            "a reset of three bytes", [.request(1, Frame.post, ends: false), Frame(Frame.reset, 0, on: 1, payload: [0, 0, 8])],
            gives: .goAway(frameSize)),
        FrameCase("a ping", [Frame(Frame.ping, 0, payload: [1, 2, 3, 4, 5, 6, 7, 8])], gives: .pong),
        FrameCase("an answer to a ping that was never sent", [Frame(Frame.ping, 1, payload: [1, 2, 3, 4, 5, 6, 7, 8])]),
        FrameCase("a ping on a stream", [Frame(Frame.ping, 0, on: 1, payload: [1, 2, 3, 4, 5, 6, 7, 8])], gives: .goAway(protocolError)),
        FrameCase("a ping of six bytes", [Frame(Frame.ping, 0, payload: [1, 2, 3, 4, 5, 6])], gives: .goAway(frameSize)),
        FrameCase(
            "a promise", [Frame(Frame.promise, 4, on: 1, payload: [0, 0, 0, 2] + Frame.block(Frame.get))], gives: .goAway(protocolError)),
        FrameCase(
            "a farewell on a stream", [Frame(Frame.goAway, 0, on: 1, payload: [0, 0, 0, 0, 0, 0, 0, 0])], gives: .goAway(protocolError)),
    ]

    /// RFC 9113 §6.5.
    static let settings: [FrameCase] = [
        FrameCase("an unknown setting is passed over", [setting(0xFF, 1)] + get(), gives: .answered(1, 200)),
        FrameCase("settings on a stream", [Frame(Frame.settings, 0, on: 1)], gives: .goAway(protocolError)),
        FrameCase("settings of five bytes", [Frame(Frame.settings, 0, payload: [0, 1, 0, 0, 0])], gives: .goAway(frameSize)),
        FrameCase(
            "an acknowledgement with something in it", [Frame(Frame.settings, 1, payload: [0, 1, 0, 0, 0, 0])], gives: .goAway(frameSize)),
        FrameCase("push neither on nor off", [setting(2, 2)], gives: .goAway(protocolError)),
        FrameCase("an initial window of 2^31", [setting(4, 1 << 31)], gives: .goAway(flowControl)),
        FrameCase("a frame size below the least", [setting(5, 16_383)], gives: .goAway(protocolError)),
        FrameCase("a frame size above the most", [setting(5, 1 << 24)], gives: .goAway(protocolError)),
    ]

    /// RFC 9113 §6.9.
    static let flow: [FrameCase] = [
        FrameCase("a window update of nothing", [update(0, 0)], gives: .goAway(protocolError)),
        FrameCase(
            "a window update of nothing on a stream", [.request(1, Frame.post, ends: false), update(1, 0)], gives: .goAway(protocolError)),
        FrameCase("a window update of three bytes", [Frame(Frame.windowUpdate, 0, payload: [0, 0, 1])], gives: .goAway(frameSize)),
        FrameCase("a window beyond 2^31 - 1", [update(0, 0x7FFF_FFFF)], gives: .goAway(flowControl)),
        FrameCase(
            "a stream's window beyond 2^31 - 1", [.request(1, Frame.post, ends: false), update(1, 0x7FFF_FFFF)],
            gives: .reset(1, flowControl)),
        FrameCase("no window at all is no reason to keep the head back", [setting(4, 0)] + get(), gives: .answered(1, 200)),
    ]

    private static func setting(_ id: UInt8, _ value: UInt32) -> Frame { Frame(Frame.settings, 0, payload: [0, id] + Frame.word(value)) }

    package static func update(_ stream: UInt32, _ step: UInt32) -> Frame {
        Frame(Frame.windowUpdate, 0, on: stream, payload: Frame.word(step))
    }
}
