import Client
import Crypto
import Glibc
import Jobs
import Net
import Testing
import Wire

@testable import Storage

/// The folder of results: an object is there as a whole or not at all.
struct ResultFolderTests {
    private final class Scratch: Sendable {
        let path: String

        init() {
            var template = Array("/tmp/genlock-results-XXXXXX".utf8CString)
            path = String(cString: mkdtemp(&template))
        }

        deinit {
            for name in names(in: path + "/kept") { unlink(path + "/kept/" + name) }
            rmdir(path + "/kept")
            rmdir(path)
        }

        var kept: [String] { names(in: path + "/kept") }

        private func names(in folder: String) -> [String] {
            guard let directory = opendir(folder) else { return [] }
            defer { closedir(directory) }
            var names: [String] = []
            while let entry = readdir(directory) {
                let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
                if name != ".", name != ".." { names.append(name) }
            }
            return names.sorted()
        }
    }

    private let scratch = Scratch()
    private let threads = ThreadPool("test results")

    private var folder: ResultFolder { ResultFolder(scratch.path + "/kept", threads: threads) }

    private func object(_ key: String) -> ResultObject { ResultObject(key: key, type: .mp4, length: nil, mayExist: false) }

    private func write(_ pieces: [Bytes], as key: String) async throws {
        let writer = try await folder.begin(object(key))
        for piece in pieces { try await writer.append(piece[...]) }
        try await writer.commit()
    }

    private func read(_ key: String, _ range: Range<Int64>, of total: Int64) async throws -> Bytes? {
        guard let reader = try await folder.open(key, range, of: total) else { return nil }
        defer { reader.close() }
        var bytes = Bytes()
        while let piece = try await reader.next() { bytes += piece }
        return bytes
    }

    @Test func `what was written is read, whole and in parts`() async throws {
        let content = (0..<600_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        try await write([Bytes(content[..<7]), [], Bytes(content[7...])], as: "one")
        #expect(try await read("one", 0..<600_000, of: 600_000) == content)
        #expect(try await read("one", 262_143..<262_146, of: 600_000) == Bytes(content[262_143..<262_146]))
        #expect(try await folder.contains("one", length: 600_000))
        #expect(scratch.kept == ["one"])
    }

    @Test func `an object has its name only once it is complete`() async throws {
        let writer = try await folder.begin(object("one"))
        try await writer.append([1, 2, 3])
        #expect(scratch.kept == ["one.part"])
        #expect(try await read("one", 0..<3, of: 3) == nil)
        await writer.abort()
        #expect(scratch.kept == [])
    }

    @Test func `a copy that begins again replaces what the first has left`() async throws {
        let first = try await folder.begin(object("one"))
        try await first.append([1, 2, 3, 4, 5])
        try await write([[9]], as: "one")
        #expect(try await read("one", 0..<1, of: 1) == [9])
        #expect(scratch.kept == ["one"])
    }

    @Test func `an object of another length, a link and a missing one are not there`() async throws {
        try await write([[1, 2]], as: "one")
        symlink("/etc/passwd", scratch.path + "/kept/link")
        #expect(try await read("one", 0..<1, of: 3) == nil)
        #expect(try await !folder.contains("two", length: 0))
        await #expect(throws: Fault.self) { try await read("link", 0..<1, of: 1) }
    }

    @Test func `removing leaves neither an object nor a part of one`() async throws {
        try await write([[1]], as: "one")
        _ = try await folder.begin(object("one"))
        try await folder.remove("one")
        try await folder.remove("one")
        #expect(scratch.kept == [])
    }

    @Test func `a folder that cannot be made is reported with its path`() async throws {
        let folder = ResultFolder("/proc/genlock-results", threads: threads)
        let fault = await #expect(throws: Fault.self) { try await folder.checkUsability() }
        #expect(fault?.kind == .storage && fault?.detail?.contains("/proc/genlock-results") == true)
    }
}

/// What is kept and what is not.
struct ResultInspectionTests {
    private static let mp4: Bytes =
        [0, 0, 0, 16] + Bytes("ftypisom\0\0\0\0".utf8) + [0, 0, 0, 9] + Bytes("moovx".utf8)
        + [0, 0, 0, 12] + Bytes("mdatabcd".utf8)

    private static func flaw(_ bytes: Bytes, of kind: Asset.Kind = .video, expecting length: Int64? = nil) -> String? {
        var inspection = ResultInspection(of: kind)
        for byte in bytes { inspection.read([byte]) }
        return inspection.finish(expecting: length).flaw
    }

    @Test func `a whole video is a result, with its digest`() {
        var inspection = ResultInspection(of: .video)
        inspection.read(Self.mp4[...])
        let verdict = inspection.finish(expecting: Int64(Self.mp4.count))
        #expect(verdict.flaw == nil && verdict.length == Int64(Self.mp4.count))
        #expect(verdict.checksum == SHA256.digest(of: Self.mp4).hex)
        #expect(Self.flaw([0x1A, 0x45, 0xDF, 0xA3, 0x42, 0x82, 0x84] + Bytes("webm".utf8)) == nil)
    }

    @Test func `anything else is not`() {
        #expect(Self.flaw([]) == "the vendor sent an empty file")
        #expect(Self.flaw(Self.mp4, expecting: 99) == "the vendor announced 99 bytes and sent 37")
        #expect(Self.flaw(Bytes("<html></html>".utf8)) == "the vendor sent no video")
        #expect(Self.flaw(Self.mp4, of: .thumbnail) == "the vendor sent no thumbnail")
        #expect(
            Self.flaw(Self.mp4.dropLast(2))
                == "the vendor sent a video that is not complete: it ends 2 bytes before the end of its box 'mdat'")
        let png: Bytes = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        #expect(Self.flaw(png, of: .thumbnail) == nil && Self.flaw(png) == "the vendor sent no video")
    }
}

/// The requests to a bucket, as far as no server is needed.
struct BucketRequestTests {
    @Test func `short objects need one request, long ones few enough parts`() {
        #expect(ResultBucketWriter.partBytes(for: 1) == 1)
        #expect(ResultBucketWriter.partBytes(for: 16 << 20) == 16 << 20)
        #expect(ResultBucketWriter.partBytes(for: (16 << 20) + 1) == 5 << 20)
        #expect(ResultBucketWriter.partBytes(for: nil) == 5 << 20)
        let large = 1 << 40
        #expect(large / ResultBucketWriter.partBytes(for: Int64(large)) < 10_000)
    }

    @Test func `the values of a document are found in any order, with their references`() {
        let xml = BucketXML("<?xml?><R><Code>A</Code><ETag>&quot;x&amp;y&quot;</ETag><U><Id>1</Id></U><U><Id>2</Id></U><Id>&what;</Id></R>")
        #expect(xml.values(of: "Code") == ["A"])
        #expect(xml.values(of: "ETag") == ["\"x&y\""])
        #expect(xml.values(of: "Id") == ["1", "2", "&what;"])
        #expect(xml.values(of: "None").isEmpty && BucketXML("<Code>cut").values(of: "Code").isEmpty)
    }

    @Test func `an object's URL has the bucket in its path and the prefix before its key`() {
        let signature = SigV4(accessKey: "AK", secretKey: Secret("SK"), region: "r", service: "s3")
        let address = BucketAddress(endpoint: "http://h:9000", name: "videos", prefix: "a/b", signature: signature)
        #expect(address.url(of: "k") == "http://h:9000/videos/a/b/k" && address.url(of: "") == "http://h:9000/videos")
        #expect(address.fullKey("k") == "a/b/k")
    }

    @Test func `a digest of MD5 is the known one`() {
        // RFC 1321 §A.5; absent where OpenSSL does not offer MD5.
        #expect(
            MD5.digest(of: Pieces("abc")).map { Hex.text($0) } ?? "900150983cd24fb0d6963f7d28e17f72" == "900150983cd24fb0d6963f7d28e17f72")
    }
}
