import Crypto
@testable import Gateway
import Seal
import Testing
import Wire

struct LinksTests {
    private static let links = Links(
        keys: [Secret("a key for links, thirty-two bytes")], prefix: "https://video.example", life: .seconds(3600))
    private static let owner = Owner(name: "studio")
    private static let now = Timestamp(unix: 1_795_262_400)

    private static func open(_ link: String, at time: Timestamp = now, by links: Links = links) -> String? {
        let rest = link.dropFirst("https://video.example/files/".count)
        let halves = rest.split(separator: "?", maxSplits: 1)
        guard halves.count == 2 else { return nil }
        return links.open(file: String(halves[0]), query: Query(parsing: Bytes(halves[1].utf8)[...]), now: time)?.id
    }

    @Test func `a link opens for its job until it expires`() {
        let link = Self.links.link(to: "video_abc", of: Self.owner, now: Self.now)
        #expect(link.hasPrefix("https://video.example/files/video_abc.mp4?"))
        #expect(Self.open(link) == "video_abc")
        #expect(Self.open(link, at: Self.now + .seconds(3599)) == "video_abc")
        #expect(Self.open(link, at: Self.now + .seconds(3600)) == nil)
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
        let rotated = Links(
            keys: [Secret("another key of thirty-two bytes!"), Secret("a key for links, thirty-two bytes")],
            prefix: "https://video.example", life: .seconds(3600))
        let old = Self.links.link(to: "video_abc", of: Self.owner, now: Self.now)
        let new = rotated.link(to: "video_abc", of: Self.owner, now: Self.now)
        #expect(Self.open(old, by: rotated) == "video_abc")
        #expect(Self.open(new, by: rotated) == "video_abc")
        #expect(Self.open(new) == nil)
    }

    @Test func `another key opens nothing`() {
        let other = Links(keys: [Secret("another key of thirty-two bytes!")], prefix: "https://video.example", life: .seconds(3600))
        #expect(Self.open(Self.links.link(to: "video_abc", of: Self.owner, now: Self.now), by: other) == nil)
    }
}
