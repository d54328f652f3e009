import Testing
import Wire

struct URLExpiryTests {
    @Test(
        arguments: [
            ("X-Amz-Date=20261121T100000Z&X-Amz-Expires=3600", 1_795_255_200 + 3600),
            ("X-Goog-Date=20261121T100000Z&X-Goog-Expires=60", 1_795_255_260),
            ("X-Tos-Date=20261121T100000Z&X-Tos-Expires=86400", 1_795_341_600), ("Expires=1795255200&Signature=x", 1_795_255_200),
            ("se=2026-11-21T10%3A00%3A00Z&sig=x", 1_795_255_200), ("q-sign-time=1795250000;1795255200", 1_795_255_200),
            ("e=1795255200", 1_795_255_200),
            ("Expires=3600", nil), ("Expires=abc", nil), ("X-Amz-Date=20261321T100000Z&X-Amz-Expires=3600", nil), ("X-Amz-Date=2026", nil),
            ("a=b", nil),
            ("Expires=99999999999999999999", nil), ("", nil),
        ] as [(String, Int64?)])
    func `a signed link contains its expiry`(query: String, end: Int64?) throws {
        #expect(try #require(URLText("https://store.example/clip.mp4?\(query)")).expiry?.unix == end)
    }
}
