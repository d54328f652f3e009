import Testing
import Wire

@Suite struct DataURITests {
    private static let png = "iVBORw0KGgoAAAANSUhEUgAAAUIAAACyCAIAAAA="
    private func parseError(_ text: String) -> DataURI.ParseError? {
        do {
            _ = try DataURI(parsing: text)
            return nil
        } catch { return error }
    }

    @Test func `an image has a type, a size and bytes`() throws {
        let uri = try DataURI(parsing: "data:image/png;base64,\(Self.png)")
        #expect(uri.declared == .png && uri.type == .png && uri.charset == nil)
        #expect(uri.byteCount == 29)
        #expect(Sniff.size(of: try uri.decoded()[...])?.description == "322x178")
        #expect(uri.base64.text == Self.png)
    }

    @Test func `base64 in the right spelling is not copied`() throws {
        let text = Bytes("{\"image\":\"data:image/png;base64,\(Self.png)\"}".utf8)
        let uri = try DataURI(parsing: text[10..<(text.count - 2)])
        #expect(text[uri.base64.indices].elementsEqual(Self.png.utf8))
    }

    @Test(arguments: [
        ("data:image/png;base64,QUI=", "image/png", "-"),
        ("DATA:IMAGE/PNG;BASE64,QUI=", "image/png", "-"),
        (" \n data:image/png ; base64 ,QUI= \n", "image/png", "-"),
        ("data:;base64,QUI=", "-", "-"),
        ("data:base64,QUI=", "-", "-"),
        ("data:png;base64,QUI=", "-", "-"),
        ("data:text/plain;charset=UTF-8;base64,QUI=", "text/plain", "utf-8"),
        ("data:image/svg+xml;base64;charset=utf-8,QUI=", "image/svg+xml", "utf-8"),
        ("data:image/jpeg;name=a.jpg;base64,QUI=", "image/jpeg", "-"),
        ("data:,QUI=", "-", "-"),
    ])
    func `the part before the comma is read in every form`(text: String, declared: String, charset: String) throws {
        let uri = try DataURI(parsing: text)
        #expect(uri.declared?.text ?? "-" == declared)
        #expect(uri.charset ?? "-" == charset)
        #expect(try uri.decoded() == Bytes((text.lowercased().contains("base64") && !text.contains("data:base64") ? "AB" : "QUI=").utf8))
    }

    @Test(arguments: [
        ("data:image/jpeg;base64,\(png)", MediaType.png),
        ("data:;base64,\(png)", .png),
        ("data:image/jpeg;base64,QUI=", .jpeg),
        ("data:;base64,QUI=", .bytes),
        ("data:,%89PNG%0D%0A%1A%0A", .png),
    ])
    func `the first bytes decide on the type, then the client`(text: String, type: MediaType) throws {
        #expect(try DataURI(parsing: text).type == type)
    }

    @Test(arguments: [
        ("data:,a%20b%2", Bytes("a b%2".utf8)), ("data:text/plain,%E4%F6", [0xE4, 0xF6]), ("data:,", []), ("data:,a+b", Bytes("a+b".utf8)),
    ])
    func `data without base64 are percent-encoded bytes`(text: String, bytes: Bytes) throws {
        let uri = try DataURI(parsing: text)
        #expect(try uri.decoded() == bytes)
        #expect(uri.byteCount == bytes.count)
        #expect(uri.base64.elementsEqual(Base64.standard.encode(bytes)))
    }

    @Test(arguments: [
        ("", DataURI.ParseError.noScheme),
        ("https://example.com/a.png", .noScheme),
        ("data", .noScheme),
        ("data:image/png;base64", .noComma),
        ("data:" + String(repeating: "x", count: 1024) + ",", .noComma),
        ("data:image/png;base64,QU!=", .notBase64(offset: 2)),
        ("data:image/png;base64,Q", .notBase64(offset: 1)),
    ])
    func `text that is not a data URI is rejected with its reason`(text: String, fault: DataURI.ParseError) {
        #expect(parseError(text) == fault)
        #expect(!fault.reason.isEmpty)
    }

    @Test func `text that begins like a data URI is recognized`() {
        #expect(DataURI.isDataURI(Slice("data:x")) && DataURI.isDataURI(Slice("\n Data:x")))
        #expect(!DataURI.isDataURI(Slice("datax")) && !DataURI.isDataURI(Slice("da")) && !DataURI.isDataURI(Slice("https:")))
    }
}
