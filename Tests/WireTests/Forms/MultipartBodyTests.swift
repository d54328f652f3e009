import Testing
import Wire

@Suite struct MultipartBodyTests {
    @Test func `a body is written byte for byte as RFC 7578 has it`() {
        var body = MultipartBody(boundary: "xyz")
        body.add("prompt", text: "A cat\nsings")
        body.add("input_reference", file: Slice("PNG"), filename: "a\"b\r\n.png", type: .png)
        #expect(body.contentType == "multipart/form-data; boundary=xyz")
        #expect(
            body.finished().joined().text == """
                --xyz\r\nContent-Disposition: form-data; name="prompt"\r\n\r\nA cat\nsings\r\n\
                --xyz\r\nContent-Disposition: form-data; name="input_reference"; filename="a%22b%0D%0A.png"\r\n\
                Content-Type: image/png\r\n\r\nPNG\r\n--xyz--\r\n
                """)
    }

    @Test func `a file is a slice of its own, not a copy`() throws {
        let file = Bytes(repeating: 7, count: 100_000)[10...]
        var body = MultipartBody(boundary: "xyz")
        body.add("a", text: "1")
        body.add("f", file: file, filename: "f", type: .bytes)
        body.add("c", text: "2")
        let slices = body.finished().slices
        #expect(slices.count == 3)
        #expect(slices[1].startIndex == 10)
        let addresses = (file.withUnsafeBufferPointer(\.baseAddress), slices[1].withUnsafeBufferPointer(\.baseAddress))
        #expect(addresses.0 == addresses.1)
    }
}
