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

    @Test func `flags become the members of a request, and what is not said is not sent`() throws {
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
        #expect(try MediumArgument.value(path).text == #""data:image/png;base64,iVBORw0KGgoAAAANSUhEUg==""#)
        try write(Bytes("plain text".utf8), to: path)
        #expect(throws: Complaint.self) { try MediumArgument.value(path) }
        #expect(throws: Complaint.self) { try MediumArgument.value(path + ".none") }
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
    func `moderation is told by its code`(code: String?, isModeration: Bool) {
        #expect(VideoAPI.isModeration(code) == isModeration)
    }

    @Test func `a clip appears under its name only when it is whole`() throws {
        let path = "/tmp/genlock-test-\(getpid()).mp4"
        defer { unlink(path) }
        let output = try OutputFile(path)
        try output.write(Bytes("abc".utf8)[...])
        #expect(access(path, F_OK) != 0)
        try output.finish()
        #expect(try ConfigurationFile.text(at: path) == "abc")
        let other = try OutputFile(path)
        try other.write(Bytes("cut".utf8)[...])
        other.abandon()
        #expect(try ConfigurationFile.text(at: path) == "abc")
        #expect(access("\(path).\(getpid()).part", F_OK) != 0)
        #expect(throws: Complaint.self) { try OutputFile("/tmp/genlock-test-none/x.mp4") }
    }
}
