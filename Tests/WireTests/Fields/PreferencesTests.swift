import Testing
import Wire

@Suite struct PreferencesTests {
    @Test(
        arguments: [
            (nil, "video/mp4", 1000), ("*/*", "video/mp4", 1000), ("", "video/mp4", 0), ("video/mp4", "video/mp4", 1000),
            ("video/mp4", "image/webp", 0), ("video/*", "video/mp4", 1000),
            ("Video/MP4;q=0.5", "video/mp4", 500), ("text/plain, video/mp4, image/webp", "image/webp", 1000),
            ("*/*;q=0.1, video/*;q=0.2, video/mp4;q=0.3", "video/mp4", 300),
            ("*/*;q=0.1, video/*;q=0.2, video/mp4;q=0.3", "video/webm", 200), ("*/*;q=0.1, video/*;q=0.2", "image/png", 100),
            ("video/mp4;q=0, */*", "video/mp4", 0),
            ("application/json; charset=utf-8 ; Q=0.25", "application/json", 250), ("application/binary", "application/json", 0),
            (" , application/json ,", "application/json", 1000),
        ] as [(String?, String, Int)])
    func `a media type has the weight of the most exact element`(field: String?, type: String, weight: Int) throws {
        #expect(Preferences(field: field).weight(of: try #require(MediaType(field: type))) == weight)
    }

    @Test(
        arguments: [
            (nil, "gzip", 0), (nil, "identity", 1000), ("", "gzip", 0), ("", "identity", 1000), ("gzip, deflate", "gzip", 1000),
            ("gzip, deflate", "br", 0), ("gzip, deflate", "identity", 1000),
            ("gzip;q=0", "gzip", 0), ("*", "gzip", 1000), ("*;q=0.5, gzip;q=0.1", "gzip", 100), ("*;q=0", "gzip", 0),
            ("*;q=0", "identity", 0), ("*;q=0, identity", "identity", 1000),
            ("identity;q=0", "identity", 0), ("identity;q=0.5, gzip;q=1.0", "identity", 500), ("GZIP;q=1", "gzip", 1000),
            ("*;q=0.5", "identity", 1000),
        ] as [(String?, String, Int)])
    func `a content coding has its weight`(field: String?, coding: String, weight: Int) {
        #expect(Preferences(field: field).weight(ofCoding: coding) == weight)
    }

    @Test(arguments: [
        ("1", 1000), ("0", 0), ("1.", 1000), ("0.", 0), ("0.5", 500), ("0.05", 50), ("0.005", 5), ("0.999", 999), ("1.000", 1000),
        ("1.001", 0), ("0.0005", 0), ("2", 0), ("-1", 0), (".5", 0), ("", 0), ("0,5", 0), ("1e0", 0), ("0.5.5", 0), ("00.5", 0),
        ("0. 5", 0),
    ])
    func `weights are read in thousandths, and bad ones count as if their element were not there`(text: String, weight: Int) {
        #expect(Preferences(field: "br, gzip;q=\(text)").weight(ofCoding: "gzip") == weight)
    }
}
