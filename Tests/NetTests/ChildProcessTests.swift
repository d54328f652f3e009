import Glibc
import Testing
import Wire

@testable import Net

/// A program that another one runs stays within its bounds.
struct ChildProcessTests {
    private static func run(
        _ script: String, timeout: Duration = .seconds(30), memory: Int = 1 << 30, output: Int = 1 << 20
    ) throws(ChildProcess.Failure) -> String {
        let bounds = ChildProcess.Bounds(timeout: timeout, memory: memory, output: output)
        return String(decoding: try ChildProcess("/bin/sh", ["-c", script]).run(within: bounds), as: UTF8.self)
    }

    @Test func `the output of a program that succeeds is returned`() throws {
        #expect(try Self.run("echo one; echo two >&2; echo three") == "one\nthree\n")
        #expect(
            try Self.run("i=0; while [ $i -lt 3000 ]; do echo 0123456789012345678901234567890123456789; i=$((i+1)); done").count == 123_000)
    }

    @Test func `it has no input, no environment, no other descriptors and no privileges to gain`() throws {
        #expect(try Self.run("read line || echo none") == "none\n")
        #expect(try Self.run("/usr/bin/env | grep -vE '^(PWD|SHLVL|_|OLDPWD)=' || true") == "")
        // The shell's own: 0, 1, 2 and the folder that ls reads.
        #expect(try Self.run("ls /proc/self/fd | wc -l").filter { $0.isNumber } == "4")
        #expect(try Self.run("grep NoNewPrivs /proc/self/status").contains("1"))
    }

    @Test func `it cannot write files`() {
        let path = "/tmp/genlock-child-\(getpid())"
        #expect(throws: ChildProcess.Failure.self) { try Self.run("echo x > \(path)") }
        var status = stat()
        #expect(stat(path, &status) != 0 || status.st_size == 0)
        unlink(path)
    }

    @Test func `one that does not end in time is killed`() {
        #expect(throws: ChildProcess.Failure.timeout) { try Self.run("sleep 600", timeout: .milliseconds(200)) }
        #expect(throws: ChildProcess.Failure.timeout) { try Self.run("exec >&-; exec sleep 600", timeout: .milliseconds(200)) }
    }

    @Test func `one that prints too much is killed`() {
        #expect(throws: ChildProcess.Failure.tooMuchOutput) {
            try Self.run("while :; do echo yyyyyyyyyyyyyyyyyyyyyyyy; done", output: 10_000)
        }
    }

    @Test func `one that fails reports its code`() {
        #expect(throws: ChildProcess.Failure.ended(code: 3)) { try Self.run("echo x; exit 3") }
        #expect(throws: ChildProcess.Failure.ended(code: -1)) { try Self.run("kill -9 $$") }
        let bounds = ChildProcess.Bounds(timeout: .seconds(30), memory: 1 << 30, output: 10)
        #expect(throws: ChildProcess.Failure.ended(code: 127)) { try ChildProcess("/no/such/program", []).run(within: bounds) }
    }

    @Test func `its memory is bounded`() {
        // awk doubles a text until it is far larger than the bound.
        let script = "awk 'BEGIN { x = \"0123456789\"; for (i = 0; i < 25; i++) x = x x; print length(x) }'"
        #expect(throws: ChildProcess.Failure.self) { try Self.run(script, memory: 64 << 20) }
    }

    @Test func `programs are found in the folders of PATH`() {
        #expect(ChildProcess.path(of: "sh")?.hasSuffix("/sh") == true)
        #expect(ChildProcess.path(of: "no-such-program") == nil)
    }
}
