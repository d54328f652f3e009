import Crypto
import Dialects
import Glibc
import Jobs
import Seal
import Testing
import Wire

@testable import Gateway

/// Names and places of uploads: who may bring what where, and for how long.
struct UploadsTests {
    private static let owner = Owner(name: "studio")
    private static let now = Timestamp(unix: 1_795_262_400)
    private static let old = Secret("a key for uploads, thirty-two byt")
    private static let new = Secret("another key of thirty-two bytes!!")

    private static func uploads(_ keys: [Secret] = [old], folder: String = "unused") -> Uploads {
        Uploads(folder: folder, keys: keys, limits: Limits())
    }

    private static func signature(_ url: String) -> String? { url.split(separator: "=").last.map(String.init) }

    @Test func `a place takes its file for an hour, and the file is its owner's for a day`() {
        let uploads = Self.uploads()
        let place = uploads.place(for: Self.owner, random: .system, now: Self.now)
        let signature = Self.signature(place.url)
        #expect(place.url == "/uploads/\(place.id)?signature=\(signature ?? "")")
        #expect(uploads.mayPut(place.id, signature: signature, now: Self.now + .seconds(3599)))
        #expect(!uploads.mayPut(place.id, signature: signature, now: Self.now + .seconds(3600)))
        #expect(!uploads.mayPut(place.id, signature: nil, now: Self.now))
        #expect(uploads.isOpen(place.id, to: Self.owner, now: Self.now + .seconds(86_399)))
        #expect(!uploads.isOpen(place.id, to: Self.owner, now: Self.now + .seconds(86_400)))
        #expect(!uploads.isOpen(place.id, to: Owner(name: "other"), now: Self.now))
    }

    @Test func `no changed character goes unnoticed`() {
        let uploads = Self.uploads()
        let place = uploads.place(for: Self.owner, random: .system, now: Self.now)
        let signature = Self.signature(place.url)
        for index in place.id.indices {
            var name = place.id
            name.replaceSubrange(index...index, with: name[index] == "A" ? "B" : "A")
            #expect(!uploads.mayPut(name, signature: signature, now: Self.now))
            #expect(!uploads.isOpen(name, to: Self.owner, now: Self.now))
        }
    }

    @Test func `places outlive a rotation of the keys`() {
        let place = Self.uploads().place(for: Self.owner, random: .system, now: Self.now)
        let rotated = Self.uploads([Self.new, Self.old])
        #expect(rotated.isOpen(place.id, to: Self.owner, now: Self.now))
        #expect(rotated.mayPut(place.id, signature: Self.signature(place.url), now: Self.now))
        #expect(!Self.uploads([Self.new]).isOpen(place.id, to: Self.owner, now: Self.now))
    }

    @Test func `a name is found where it is written, and is never a path`() {
        let name = Self.uploads().place(for: Self.owner, random: .system, now: Self.now).id
        #expect(Uploads.name(in: "any://uploads/" + name) == name)
        #expect(Uploads.name(in: "https://video.example/uploads/\(name)?signature=x") == name)
        #expect(Uploads.name(in: "https://video.example/uploads/\(name)/still.png") == name)
        let others = ["any://uploads/abc-123", "https://x.example/" + name, "any://uploads/upl_../../seal.keys", "any://uploads/\(name)A"]
        for text in others {
            #expect(Uploads.name(in: text) == nil)
        }
    }

    @Test func `the folder holds no more than it may, and gives up what is over`() async throws {
        var limits = Limits()
        limits.uploadBytes = 8
        limits.uploadsBytes = 12
        limits.uploadFiles = 3
        let path = "/tmp/genlock-uploads-\(getpid())-\(UInt64.random(in: 0..<UInt64.max))"
        let folder = UploadFolder(path, limits: limits)
        #expect(try await folder.read("upl_a", atMost: 100) == nil)
        try await Self.bring("12345678", "upl_a", to: folder)
        #expect(try await folder.read("upl_a", atMost: 100) == Bytes("12345678".utf8))
        await #expect { try await Self.bring("123456789", "upl_b", to: folder) } throws: { ($0 as? Fault)?.kind == .tooLarge }
        await #expect { try await Self.bring("12345", "upl_b", to: folder) } throws: { ($0 as? Fault)?.code == "storage_full" }
        try await Self.bring("1234", "upl_b", to: folder)
        // The same name again takes the place of the first.
        try await Self.bring("", "upl_b", to: folder)
        #expect(try await folder.read("upl_b", atMost: 100) == [])
        let again = UploadFolder(path, limits: limits)
        again.sweep { $0 == "upl_a" }
        #expect(try await again.read("upl_a", atMost: 100) == nil)
        #expect(try await again.read("upl_b", atMost: 100) == [])
        again.sweep { _ in true }
        #expect(try await again.read("upl_b", atMost: 100) == nil)
        #expect(rmdir(path) == 0)
    }

    @Test func `one owner may use as much of the folder as is still free, in bytes and in files`() async throws {
        var limits = Limits()
        (limits.uploadBytes, limits.uploadsBytes, limits.uploadFiles) = (100, 100, 8)
        let path = "/tmp/genlock-uploads-\(getpid())-\(UInt64.random(in: 0..<UInt64.max))"
        let folder = UploadFolder(path, limits: limits)
        let uploads = Self.uploads()
        func name(_ owner: String) -> String { uploads.place(for: Owner(name: owner), random: .system, now: Self.now).id }
        try await Self.bring(String(repeating: "a", count: 50), name("alice"), to: folder)
        await #expect { try await Self.bring("b", name("alice"), to: folder) } throws: { ($0 as? Fault)?.code == "storage_full" }
        try await Self.bring(String(repeating: "c", count: 20), name("bob"), to: folder)
        // The parts of one file count too, and what is over makes room again, also after a restart.
        let place = name("bob")
        for part in 1...3 { try await Self.bring("", Uploads.part(part, of: place), to: folder) }
        let again = UploadFolder(path, limits: limits)
        await #expect { try await Self.bring("", Uploads.part(4, of: place), to: again) } throws: { ($0 as? Fault)?.code == "storage_full" }
        again.sweep { _ in true }
        try await Self.bring(String(repeating: "d", count: 50), name("alice"), to: again)
        again.sweep { _ in true }
        #expect(try await again.read("upl_a", atMost: 100) == nil)
        #expect(rmdir(path) == 0)
    }

    @Test func `a file counts against nobody's share where there is only one owner`() {
        let place = Self.uploads().place(for: Self.owner, isShared: false, random: .system, now: Self.now)
        #expect(Uploads.ownerTag(of: place.id) == nil)
        let (first, second) = (Self.uploads().place(for: Self.owner, random: .system, now: Self.now),
            Self.uploads().place(for: Self.owner, random: .system, now: Self.now + .seconds(9)))
        #expect(Uploads.ownerTag(of: first.id) != nil)
        #expect(Uploads.ownerTag(of: first.id) == Uploads.ownerTag(of: Uploads.part(7, of: second.id)))
    }

    private static func bring(_ text: String, _ name: String, to folder: UploadFolder) async throws {
        let part = try await folder.begin(name)
        do {
            try await folder.append(Bytes(text.utf8)[...], to: part)
            try await folder.keep(part, as: name)
        } catch {
            folder.drop(part)
            throw error
        }
    }
}
