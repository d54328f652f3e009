import Crypto
import Seal
import Testing
import Wire

@testable import Gateway

struct SignedLinksTests {
    private static let links = SignedLinks(
        keys: [Secret("a key for links, thirty-two bytes")], prefix: "https://video.example", ttl: .seconds(3600))
    private static let owner = Owner(name: "studio")
    private static let now = Timestamp(unix: 1_795_262_400)

    private static func open(_ link: String, at time: Timestamp = now, by links: SignedLinks = links) -> String? {
        let rest = link.dropFirst("https://video.example/files/".count)
        let halves = rest.split(separator: "?", maxSplits: 1)
        guard halves.count == 2 else { return nil }
        return links.open(file: String(halves[0]), query: Query(parsing: Bytes(halves[1].utf8)[...]), now: time)?.id
    }

    @Test func `a link opens for its job until it expires`() {
        let link = Self.links.link(to: "video_abc", of: Self.owner, now: Self.now)
        #expect(link.hasPrefix("https://video.example/files/video_abc/video-deoabc.mp4?"))
        #expect(Self.open(link) == "video_abc")
        #expect(Self.open(link, at: Self.now + .seconds(3599)) == "video_abc")
        #expect(Self.open(link, at: Self.now + .seconds(3600)) == nil)
    }

    @Test func `the last segment of a link is a file name that every file system takes`() {
        let id = "video_" + String(repeating: "aB3_-x", count: 41)
        let link = Self.links.link(to: id, of: Self.owner, now: Self.now)
        let last = link.split(separator: "/").last ?? ""
        #expect(last.prefix { $0 != "?" } == "video-3xaB3x.mp4")
        #expect(last.utf8.count < 255)
        #expect(Self.open(link) == id)
    }

    @Test func `a link of version 0_1 opens, and another name in a link does not`() {
        let link = Self.links.link(to: "video_abc", of: Self.owner, now: Self.now)
        let query = link.split(separator: "?")[1]
        #expect(Self.open("https://video.example/files/video_abc.mp4?\(query)") == "video_abc")
        for file in ["video_abc/other.mp4", "video_abc", "video_abc/", "video_abc/video-deoabc.mp4/x", "/video_abc.mp4"] {
            #expect(Self.open("https://video.example/files/\(file)?\(query)") == nil)
        }
    }

    @Test func `no changed character goes unnoticed`() {
        let link = Self.links.link(to: "video_abc", of: Self.owner, now: Self.now)
        let start = "https://video.example/files/".count
        var opened: [String] = []
        for place in start..<link.utf8.count {
            for replacement in ["A", "0", "&"] {
                var bytes = Bytes(link.utf8)
                guard bytes[place] != replacement.utf8.first else { continue }
                bytes[place] = replacement.utf8.first ?? 0
                let changed = String(decoding: bytes, as: UTF8.self)
                if Self.open(changed) != nil { opened.append(changed) }
            }
        }
        #expect(opened.isEmpty)
    }

    @Test func `a link outlives a rotation of the keys`() {
        let rotated = SignedLinks(
            keys: [Secret("another key of thirty-two bytes!"), Secret("a key for links, thirty-two bytes")],
            prefix: "https://video.example", ttl: .seconds(3600))
        let old = Self.links.link(to: "video_abc", of: Self.owner, now: Self.now)
        let new = rotated.link(to: "video_abc", of: Self.owner, now: Self.now)
        #expect(Self.open(old, by: rotated) == "video_abc")
        #expect(Self.open(new, by: rotated) == "video_abc")
        #expect(Self.open(new) == nil)
    }

    @Test func `another key opens nothing`() {
        let other = SignedLinks(keys: [Secret("another key of thirty-two bytes!")], prefix: "https://video.example", ttl: .seconds(3600))
        #expect(Self.open(Self.links.link(to: "video_abc", of: Self.owner, now: Self.now), by: other) == nil)
    }
}
