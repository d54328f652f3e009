import Glibc
import Logging
import Testing
import Wire

@testable import Telemetry

@Suite struct LogTests {
    private static let sampleTime = Timestamp(sinceEpoch: .seconds(1_795_255_847) + .milliseconds(42))

    private func entry(_ message: String = "request", _ fields: [(String, LogEntry.Field)] = []) -> LogEntry {
        LogEntry(time: Self.sampleTime, level: .info, message: message, fields: fields.map { (name: $0.0, value: $0.1) })
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    /// A pipe, and what was written into it up to now.
    private struct Pipe {
        let read: Int32
        let write: Int32

        init() throws {
            var ends: [Int32] = [-1, -1]
            try #require(pipe(&ends) == 0)
            (read, write) = (ends[0], ends[1])
            _ = fcntl(read, F_SETFL, O_NONBLOCK)
        }

        func content() -> String {
            var bytes = [UInt8](repeating: 0, count: 1 << 20)
            let count = Glibc.read(read, &bytes, bytes.count)
            return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        }

        func close() {
            Glibc.close(read)
            Glibc.close(write)
        }
    }

    @Test func `a request is one line with what an operator needs, and nothing more`() {
        var entry = entry()
        AccessLogEntry(
            id: "req_1", method: "POST", route: "/v1/videos/{id}", status: 502, duration: .microseconds(12_345), bytes: 420,
            owner: "studio",
            dialect: "openai", account: "acme", fault: "vendorFailed", detail: "GET https://x.test/a?sig=hunter2 broke"
        ).addFields(&entry)
        #expect(
            text(entry.json())
                == #"{"time":"2026-11-21T10:10:47.042Z","level":"info","message":"request","request":"req_1","method":"POST","#
                + #""route":"/v1/videos/{id}","status":502,"duration_ms":12.345,"bytes":420,"#
                + #""owner":"studio","dialect":"openai","account":"acme","#
                + #""fault":"vendorFailed","detail":"GET https://x.test/a?… broke"}"# + "\n")
        #expect(
            text(entry.text(colored: false)) == "10:10:47.042 INFO    request request=req_1 method=POST route=/v1/videos/{id} status=502 "
                + "duration_ms=12.345 bytes=420 owner=studio dialect=openai account=acme fault=vendorFailed "
                + "detail=\"GET https://x.test/a?… broke\"\n")
    }

    @Test(arguments: [
        ("a b", "a b"), ("https://x.test/a", "https://x.test/a"), ("https://x.test/a?b=c&d", "https://x.test/a?…"),
        ("(s3://x?k) y", "(s3://x?…) y"),
        ("http://a?1 http://b#2 c?d", "http://a?… http://b?… c?d"), ("\"https://a/?x\": no", "\"https://a/?…\": no"), ("://", "://"),
    ])
    func `no query of a URL is logged`(given: String, logged: String) { #expect(LogEntry.withoutQueries(given) == logged) }

    @Test func `a text cannot forge a line or drive the terminal`() {
        let evil = "a\nINFO request\u{1B}[2J\u{7F}\u{85}\u{2028}\r\n\"b\\"
        let line = text(entry(evil, [("owner", .text(evil))]).text(colored: false))
        #expect(line.filter(\.isNewline).count == 1 && line.hasSuffix("\n") && !line.contains("\u{1B}"))
        let json = text(entry(evil, [("owner", .text(evil))]).json())
        #expect(json.utf8.count { $0 == 0x0A } == 1)
        #expect((try? JSON(parsing: json))?["owner"]?.string == evil)
        #expect(text(entry("x", [("detail", .text(String(repeating: "y", count: 100_000)))]).json()).utf8.count < 5000)
    }

    @Test(arguments: [
        (Duration.zero, "0.000"), (.nanoseconds(999), "0.000"), (.microseconds(1), "0.001"), (.milliseconds(12), "12.000"),
        (.seconds(61), "61000.000"),
        (.seconds(-1), "0.000"),
    ])
    func `times are milliseconds with three places`(span: Duration, text: String) { #expect(LogEntry.milliseconds(span) == text) }

    @Test func `lines below the level are not even made`() throws {
        let pipe = try Pipe()
        defer { pipe.close() }
        let log = Log(to: pipe.write, level: .warning, format: nil)
        log.write(.info, "quiet") { _ in Issue.record("made for nothing") }
        log.write(.error, "loud")
        log.writer?.flush()
        let line = pipe.content()
        #expect(line.contains("\"level\":\"error\"") && !line.contains("quiet"))
        #expect(!Log.silent.isEnabled(.critical))
    }

    @Test func `a line comes out by itself`() throws {
        let pipe = try Pipe()
        defer { pipe.close() }
        let writer = LogWriter(pipe.write) { _ in [] }
        for round in 0..<3 {
            writer.write(Array("line \(round)\n".utf8))
            var content = ""
            for _ in 0..<1000 where content.isEmpty {
                usleep(2000)
                content = pipe.content()
            }
            #expect(content == "line \(round)\n")
        }
    }

    @Test func `lines come out whole and in order while many threads write`() async throws {
        let pipe = try Pipe()
        defer { pipe.close() }
        let log = Log(writer: LogWriter(pipe.write) { _ in [] }, level: .info, format: .json)
        await withTaskGroup(of: Void.self) { group in
            for writer in 0..<4 {
                group.addTask { for number in 0..<100 { log.write(.info, "\(writer) \(number)") } }
            }
        }
        log.writer?.flush()
        let messages = pipe.content().split(separator: "\n").compactMap { (try? JSON(parsing: String($0)))?["message"]?.string }
        #expect(messages.count == 400)
        for writer in 0..<4 {
            #expect(messages.filter { $0.hasPrefix("\(writer) ") } == (0..<100).map { "\(writer) \($0)" })
        }
    }

    @Test func `an unread log drops lines, continues, and reports how many`() throws {
        let pipe = try Pipe()
        defer { pipe.close() }
        // The pipe is full: the writer's thread waits, and the buffer behind it is small.
        _ = fcntl(pipe.write, F_SETFL, O_NONBLOCK)
        var filler = [UInt8](repeating: 0x2E, count: 4096)
        while Glibc.write(pipe.write, &filler, filler.count) > 0 {}
        let writer = LogWriter(pipe.write, limit: 1000) { Array("dropped \($0)\n".utf8) }
        for _ in 0..<100 { writer.write(Array("twenty bytes a line.\n".utf8)) }
        #expect(writer.dropped > 0)
        var content = ""
        for _ in 0..<1000 where !content.contains("dropped") {
            content += pipe.content()
            usleep(2000)
        }
        writer.flush()
        content += pipe.content()
        // The writer reports what it lost whenever it has written something, so there may be several such lines.
        let reported = content.split(separator: "\n").compactMap { $0.hasPrefix("dropped ") ? Int($0.dropFirst(8)) : nil }
        #expect(reported.reduce(0, +) == writer.dropped)
        #expect(content.split(separator: "\n").count { $0.hasSuffix("twenty bytes a line.") } == 100 - writer.dropped)
    }

    @Test func `log lines of packages have the same form`() throws {
        let pipe = try Pipe()
        defer { pipe.close() }
        let telemetry = Telemetry(log: Log(to: pipe.write, level: .info, format: .json))
        var logger = telemetry.logger("package")
        logger[metadataKey: "a"] = "1"
        logger.info("hello", metadata: ["b": "2", "a": "3"])
        logger.debug("not wanted")
        telemetry.flush()
        var handler = SwiftLogHandler(label: "own", log: Log(to: pipe.write, level: .info, format: .json), logLevel: .trace)
        handler.metadata = ["a": "1", "b": "2"]
        handler.metadataProvider = Logger.MetadataProvider { ["b": "3"] }
        Logger(label: "x") { [handler] _ in handler }.notice("provided")
        handler.log.writer?.flush()
        let lines = pipe.content().split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.first?.hasSuffix(#""level":"info","message":"hello","logger":"package","a":"3","b":"2"}"#) == true)
        #expect(lines.last?.hasSuffix(#""level":"notice","message":"provided","logger":"own","a":"1","b":"3"}"#) == true)
    }
}
