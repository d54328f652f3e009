import Testing
import Wire

@testable import HTTP

@Suite struct ChunkedContentTests {
    private static let signed = "5;chunk-signature=ab12\r\nhello\r\n1;chunk-signature=cd34\r\n!\r\n0;chunk-signature=ef56\r\n\r\n"
    private static let summed = "6\r\nhello!\r\n0\r\nx-amz-checksum-crc32:nOhhRA==\r\n\r\n"

    @Test(arguments: [signed, summed])
    func `the bytes come out whole wherever the text is cut`(text: String) throws {
        let bytes = Bytes(text.utf8)
        for place in 0...bytes.count {
            var content = ChunkedContent(Limits())
            var (read, wasDone) = (Bytes(), false)
            for piece in [bytes[..<place], bytes[place...]] {
                wasDone = content.isDone
                for cut in try content.decode(piece) { read.append(contentsOf: cut) }
            }
            #expect(read == Bytes("hello!".utf8))
            #expect(content.isDone && wasDone == (place == bytes.count))
        }
    }

    @Test func `what ends early is not done, and what is no chunk is refused`() throws {
        var content = ChunkedContent(Limits())
        _ = try content.decode(Bytes("5\r\nhello\r\n".utf8)[...])
        #expect(!content.isDone)
        for text in ["hello", "5\r\nhello!\r\n", "5 \r\nhello\r\n"] {
            #expect(throws: BodyFramingError.self) {
                var content = ChunkedContent(Limits())
                _ = try content.decode(Bytes(text.utf8)[...])
            }
        }
    }
}
