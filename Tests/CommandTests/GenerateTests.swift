import ArgumentParser
import Configuration
import Glibc
import Testing
import Wire

@testable import genlock

@Suite struct GenerateTests {
    private func parse(_ arguments: String...) throws -> Generate {
        try #require(try Genlock.parseAsRoot(["generate"] + arguments) as? Generate)
    }

    @Test func `flags become the members of a request, and unset flags are not sent`() throws {
        #expect(try parse("-p", "a kite").body().text == #"{"prompt":"a kite"}"#)
        let full = try parse(
            "-m", "x/y", "-p", "a", "--negative-prompt", "b", "--seconds", "8", "--size", "1280x720", "--seed", "7", "--fps", "24",
            "--no-audio",
            "--image", "https://e.test/i.png", "--last-image", "data:image/png;base64,AA==", "--reference", "http://e.test/r.png")
        #expect(
            try full.body().text == #"{"model":"x/y","prompt":"a","negative_prompt":"b","seconds":"8","size":"1280x720","fps":24,"seed":7,"#
                + #""generate_audio":false,"input_reference":{"image_url":"https://e.test/i.png"},"#
                + #""last_frame":"data:image/png;base64,AA==","reference_images":["http://e.test/r.png"]}"#)
    }

    @Test func `a file travels as a data URI with the type that its bytes show`() throws {
        let path = "/tmp/genlock-test-\(getpid()).bin"
        defer { unlink(path) }
        let png: Bytes = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]
        try write(png, to: path)
        #expect(try MediaArgument.load(path).text == #""data:image/png;base64,iVBORw0KGgoAAAANSUhEUg==""#)
        try write(Bytes("plain text".utf8), to: path)
        #expect(throws: CLIError.self) { try MediaArgument.load(path) }
        #expect(throws: CLIError.self) { try MediaArgument.load(path + ".none") }
    }

    private func write(_ bytes: Bytes, to path: String) throws {
        let file = try #require(fopen(path, "w"))
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }

    @Test(arguments: [
        [], ["--resume", "v", "-p", "x"], ["-p", "x", "--json", "-o", "-"], ["-p", "x", "--seed", "y"], ["-p", "x", "--bogus"],
    ])
    func `a command line that makes no sense is refused`(arguments: [String]) {
        #expect(throws: (any Error).self) { try Genlock.parseAsRoot(["generate"] + arguments) }
    }

    @Test(arguments: [
        ("moderation_blocked", true), ("content_policy_violation", true), ("safety", true), ("generation_failed", false), (nil, false),
    ])
    func `moderation is recognized by its code`(code: String?, isModeration: Bool) {
        #expect(VideoAPI.isModerationCode(code) == isModeration)
    }

    @Test(arguments: [".", "/tmp", "/tmp/", "", "/tmp/genlock-test-none/x.mp4", "/proc/x.mp4", "/dev/null/x"])
    func `a place that cannot be written is known at once`(path: String) {
        let error = #expect(throws: CLIError.self) { try OutputFile(path) }
        #expect(error?.exitStatus == .badInput)
    }

    @Test func `nothing is on the disk before the first byte, and a file that appears meanwhile is kept`() throws {
        let path = "/tmp/genlock-test-late-\(getpid()).mp4"
        defer { unlink(path) }
        let output = try OutputFile(path)
        #expect(access("\(path).\(getpid()).part", F_OK) != 0 && access(path, F_OK) != 0)
        try output.write(Bytes("new".utf8)[...])
        try write(Bytes("old".utf8), to: path)
        #expect(throws: CLIError.self) { try output.finish() }
        #expect(try ConfigurationFile.readText(at: path) == "old")
        #expect(access("\(path).\(getpid()).part", F_OK) != 0)
    }

    @Test func `a device stays a device, and a link leads to its file`() throws {
        let device = try OutputFile("/dev/null")
        try device.write(Bytes("x".utf8)[...])
        try device.finish()
        var status = stat()
        #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
        let (path, name) = ("/tmp/genlock-test-target-\(getpid())", "/tmp/genlock-test-link-\(getpid())")
        defer {
            unlink(path)
            unlink(name)
        }
        #expect(symlink(path, name) == 0)
        #expect(throws: CLIError.self) { try OutputFile(name) }
        try write(Bytes("old".utf8), to: path)
        let output = try OutputFile(name, replacesFile: true)
        try output.write(Bytes("new".utf8)[...])
        try output.finish()
        #expect(lstat(name, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
        #expect(try ConfigurationFile.readText(at: path) == "new")
    }

    @Test func `the command that resumes a job works in any folder`() {
        let plain = ResumeCommand(output: "out.mp4").text(for: "video_a-1")
        #expect(plain == "genlock generate --resume video_a-1 -o out.mp4")
        let full = ResumeCommand(url: "http://h:1", hasKey: true, config: "/c d/g.yaml", state: "/s", output: "it's", replacesFile: true)
        #expect(
            full.text(for: "v;rm\n") == #"genlock generate --resume 'v;rm\u000A' --url http://h:1 --key KEY --config '/c d/g.yaml' "#
                + #"--state /s -o 'it'\''s' --force"#)
        let relative = ResumeCommand(state: "./st", output: "o").text(for: "v")
        #expect(relative.contains(" --state /") && relative.contains("/st -o o") && !relative.contains("./"))
    }

    @Test(
        arguments: [
            (["XDG_STATE_HOME": "/x", "HOME": "/h"], "/x/genlock"), (["XDG_STATE_HOME": "x", "HOME": "/h"], "/h/.local/state/genlock"),
            (["XDG_STATE_HOME": "", "HOME": "/"], "/.local/state/genlock"), ([:], nil),
        ] as [([String: String], String?)])
    func `a user's state is where the XDG specification says`(variables: [String: String], path: String?) {
        #expect(UserStateFolder.path(Environment(variables)) == path)
    }

    @Test func `the result has no link to a server that ended`() throws {
        let json = try JSON(parsing: Bytes(#"{"id":"v","url":"http://127.0.0.1:5/x","n":[1]}"#.utf8)[...])
        #expect(Generation.result(json, without: "http://127.0.0.1:5").text == #"{"id":"v","n":[1]}"#)
        #expect(Generation.result(json, without: nil).text.contains("url"))
    }

    @Test func `a video gets its name only when it is complete`() throws {
        let path = "/tmp/genlock-test-\(getpid()).mp4"
        defer { unlink(path) }
        let output = try OutputFile(path)
        try output.write(Bytes("abc".utf8)[...])
        #expect(access(path, F_OK) != 0)
        try output.finish()
        #expect(try ConfigurationFile.readText(at: path) == "abc")
        #expect(throws: CLIError.self) { try OutputFile(path) }
        let other = try OutputFile(path, replacesFile: true)
        try other.write(Bytes("cut".utf8)[...])
        other.abandon()
        #expect(try ConfigurationFile.readText(at: path) == "abc")
        #expect(access("\(path).\(getpid()).part", F_OK) != 0)
        #expect(throws: CLIError.self) { try OutputFile("/tmp/genlock-test-none/x.mp4") }
    }
}
