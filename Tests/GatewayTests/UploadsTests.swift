import Crypto
import Dialects
import Glibc
import Jobs
import Seal
import Testing
import Wire

@testable import Gateway
@testable import Storage

/// Names and places of uploads: which owner may upload what where, and for how long.
struct UploadsTests {
    private static let owner = Owner(name: "studio")
    private static let now = Timestamp(unix: 1_795_262_400)
    private static let old = Secret("a key for uploads, thirty-two byt")
    private static let new = Secret("another key of thirty-two bytes!!")

    private static func uploads(_ keys: [Secret] = [old], folder: String = "unused") -> UploadTokens {
        UploadTokens(folder: folder, keys: keys, limits: Limits())
    }

    private static func signature(_ url: String) -> String? { url.split(separator: "=").last.map(String.init) }

    @Test func `a place takes its file for an hour, and the file is its owner's for a day`() {
        let uploads = Self.uploads()
        let place = uploads.makeUpload(for: Self.owner, random: .system, now: Self.now)
        let signature = Self.signature(place.url)
        #expect(place.url == "/uploads/\(place.id)?signature=\(signature ?? "")")
        #expect(uploads.allowsPut(place.id, signature: signature, now: Self.now + .seconds(3599)))
        #expect(!uploads.allowsPut(place.id, signature: signature, now: Self.now + .seconds(3600)))
        #expect(!uploads.allowsPut(place.id, signature: nil, now: Self.now))
        #expect(uploads.isReadable(place.id, to: Self.owner, now: Self.now + .seconds(86_399)))
        #expect(!uploads.isReadable(place.id, to: Self.owner, now: Self.now + .seconds(86_400)))
        #expect(!uploads.isReadable(place.id, to: Owner(name: "other"), now: Self.now))
    }

    @Test func `no changed character goes unnoticed`() {
        let uploads = Self.uploads()
        let place = uploads.makeUpload(for: Self.owner, random: .system, now: Self.now)
        let signature = Self.signature(place.url)
        for index in place.id.indices {
            var name = place.id
            name.replaceSubrange(index...index, with: name[index] == "A" ? "B" : "A")
            #expect(!uploads.allowsPut(name, signature: signature, now: Self.now))
            #expect(!uploads.isReadable(name, to: Self.owner, now: Self.now))
        }
    }

    @Test func `places outlive a rotation of the keys`() {
        let place = Self.uploads().makeUpload(for: Self.owner, random: .system, now: Self.now)
        let rotated = Self.uploads([Self.new, Self.old])
        #expect(rotated.isReadable(place.id, to: Self.owner, now: Self.now))
        #expect(rotated.allowsPut(place.id, signature: Self.signature(place.url), now: Self.now))
        #expect(!Self.uploads([Self.new]).isReadable(place.id, to: Self.owner, now: Self.now))
    }

    @Test func `a name is found where it is written, and is never a path`() {
        let name = Self.uploads().makeUpload(for: Self.owner, random: .system, now: Self.now).id
        #expect(UploadTokens.name(in: "any://uploads/" + name) == name)
        #expect(UploadTokens.name(in: "https://video.example/uploads/\(name)?signature=x") == name)
        #expect(UploadTokens.name(in: "https://video.example/uploads/\(name)/still.png") == name)
        let others = ["any://uploads/abc-123", "https://x.example/" + name, "any://uploads/upl_../../seal.keys", "any://uploads/\(name)A"]
        for text in others {
            #expect(UploadTokens.name(in: text) == nil)
        }
    }

    @Test func `the folder holds no more than it may, and gives up what is over`() async throws {
        var limits = Limits()
        limits.maxUploadBytes = 8
        limits.maxStoredUploadBytes = 12
        limits.maxStoredUploads = 3
        let path = "/tmp/genlock-uploads-\(getpid())-\(UInt64.random(in: 0..<UInt64.max))"
        let folder = UploadStore(path, limits: limits)
        #expect(try await folder.read("upl_a", atMost: 100) == nil)
        try await Self.upload("12345678", "upl_a", to: folder)
        #expect(try await folder.read("upl_a", atMost: 100) == Bytes("12345678".utf8))
        await #expect { try await Self.upload("123456789", "upl_b", to: folder) } throws: { ($0 as? Fault)?.kind == .tooLarge }
        await #expect { try await Self.upload("12345", "upl_b", to: folder) } throws: { ($0 as? Fault)?.code == "storage_full" }
        try await Self.upload("1234", "upl_b", to: folder)
        // The same name again takes the place of the first.
        try await Self.upload("", "upl_b", to: folder)
        #expect(try await folder.read("upl_b", atMost: 100) == [])
        let again = UploadStore(path, limits: limits)
        again.sweep { $0 == "upl_a" }
        #expect(try await again.read("upl_a", atMost: 100) == nil)
        #expect(try await again.read("upl_b", atMost: 100) == [])
        again.sweep { _ in true }
        #expect(try await again.read("upl_b", atMost: 100) == nil)
        #expect(rmdir(path) == 0)
    }

    @Test func `one owner may use as much of the folder as is still free, in bytes and in files`() async throws {
        var limits = Limits()
        (limits.maxUploadBytes, limits.maxStoredUploadBytes, limits.maxStoredUploads) = (100, 100, 8)
        let path = "/tmp/genlock-uploads-\(getpid())-\(UInt64.random(in: 0..<UInt64.max))"
        let folder = UploadStore(path, limits: limits)
        let uploads = Self.uploads()
        func name(_ owner: String) -> String { uploads.makeUpload(for: Owner(name: owner), random: .system, now: Self.now).id }
        try await Self.upload(String(repeating: "a", count: 50), name("alice"), to: folder)
        await #expect { try await Self.upload("b", name("alice"), to: folder) } throws: { ($0 as? Fault)?.code == "storage_full" }
        try await Self.upload(String(repeating: "c", count: 20), name("bob"), to: folder)
        // The parts of one file count too, and expired files free their space, also after a restart.
        let place = name("bob")
        for part in 1...3 { try await Self.upload("", UploadTokens.partName(part, of: place), to: folder) }
        let again = UploadStore(path, limits: limits)
        await #expect { try await Self.upload("", UploadTokens.partName(4, of: place), to: again) } throws: {
            ($0 as? Fault)?.code == "storage_full"
        }
        again.sweep { _ in true }
        try await Self.upload(String(repeating: "d", count: 50), name("alice"), to: again)
        again.sweep { _ in true }
        #expect(try await again.read("upl_a", atMost: 100) == nil)
        #expect(rmdir(path) == 0)
    }

    @Test func `a file does not count against a share if there is only one owner`() {
        let place = Self.uploads().makeUpload(for: Self.owner, isShared: false, random: .system, now: Self.now)
        #expect(UploadTokens.ownerTag(of: place.id) == nil)
        let (first, second) = (
            Self.uploads().makeUpload(for: Self.owner, random: .system, now: Self.now),
            Self.uploads().makeUpload(for: Self.owner, random: .system, now: Self.now + .seconds(9))
        )
        #expect(UploadTokens.ownerTag(of: first.id) != nil)
        #expect(UploadTokens.ownerTag(of: first.id) == UploadTokens.ownerTag(of: UploadTokens.partName(7, of: second.id)))
    }

    private static func upload(_ text: String, _ name: String, to folder: UploadStore) async throws {
        let part = try await folder.begin(name)
        do {
            try await folder.append(Bytes(text.utf8)[...], to: part)
            try await folder.commit(part, as: name)
        } catch {
            folder.discard(part)
            throw error
        }
    }
}
