extension FramingCase {
    /// RFC 9112 §6.
    static let lengths: [FramingCase] = [
        FramingCase("a counted body", post("Content-Length: 3\r\n", "abc"), gives: .request("POST", "/", body: "abc")),
        FramingCase("a body with GET", get("Content-Length: 3\r\n") + "abc", gives: .request("GET", "/", body: "abc")),
        FramingCase("no length, no body", post("", ""), gives: .request("POST", "/")),
        FramingCase("length zero", post("Content-Length: 0\r\n", ""), gives: .request("POST", "/")),
        FramingCase("leading zeros", post("Content-Length: 003\r\n", "abc"), gives: .request("POST", "/", body: "abc")),
        FramingCase("half of a body", post("Content-Length: 3\r\n", "ab"), gives: .waits),
        FramingCase("a length with a plus sign", post("Content-Length: +3\r\n", "abc"), gives: .refused(400, "badContentLength")),
        FramingCase("a length with a minus sign", post("Content-Length: -3\r\n", "abc"), gives: .refused(400, "badContentLength")),
        FramingCase("a length with a space inside", post("Content-Length: 3 3\r\n", "abc"), gives: .refused(400, "badContentLength")),
        FramingCase("a hexadecimal length", post("Content-Length: 0x3\r\n", "abc"), gives: .refused(400, "badContentLength")),
        FramingCase("a length with a fraction", post("Content-Length: 3.0\r\n", "abc"), gives: .refused(400, "badContentLength")),
        FramingCase("a length in other digits", post("Content-Length: \u{0663}\r\n", "abc"), gives: .refused(400, "badContentLength")),
        FramingCase("an empty length", post("Content-Length:\r\n", "abc"), gives: .refused(400, "badContentLength")),
        FramingCase("a length of 2^63", post("Content-Length: 9223372036854775808\r\n", ""), gives: .refused(400, "badContentLength")),
        FramingCase(
            "a length of 2^64 + 3", post("Content-Length: 18446744073709551619\r\n", "abc"), gives: .refused(400, "badContentLength")),
        FramingCase("a list of equal lengths", post("Content-Length: 3, 3\r\n", "abc"), gives: .refused(400, "badContentLength")),
        FramingCase("a list of lengths", post("Content-Length: 3, 4\r\n", "abc"), gives: .refused(400, "badContentLength")),
        FramingCase(
            "two equal lengths", post("Content-Length: 3\r\nContent-Length: 3\r\n", "abc"),
            gives: .refused(400, "contentLengthRepeated")),
        FramingCase(
            "two lengths", post("Content-Length: 3\r\ncontent-length: 4\r\n", "abc"), gives: .refused(400, "contentLengthRepeated")),
        FramingCase(
            "both kinds of framing", post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
            gives: .refused(400, "lengthAndTransferEncoding")),
        FramingCase(
            "both kinds, the other way round", post("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "0\r\n\r\n"),
            gives: .refused(400, "lengthAndTransferEncoding")),
        FramingCase(
            "both kinds, length zero", post("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n", "0\r\n\r\n"),
            gives: .refused(400, "lengthAndTransferEncoding")),
        FramingCase(
            "two transfer encodings", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
            gives: .refused(400, "transferEncodingRepeated")),
        FramingCase(
            "chunked twice", post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"),
            gives: .refused(501, "unknownTransferCoding")),
        FramingCase(
            "gzip and chunked", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"),
            gives: .refused(501, "unknownTransferCoding")),
        FramingCase(
            "chunked, then gzip", post("Transfer-Encoding: chunked, gzip\r\n", ""),
            gives: .refused(400, "transferCodingNotLastChunked")),
        FramingCase("identity", post("Transfer-Encoding: identity\r\n", ""), gives: .refused(400, "transferCodingNotLastChunked")),
        FramingCase("an empty transfer encoding", post("Transfer-Encoding:\r\n", ""), gives: .refused(400, "transferCodingNotLastChunked")),
        FramingCase(
            "something like chunked", post("Transfer-Encoding: xchunked\r\n", ""), gives: .refused(400, "transferCodingNotLastChunked")),
        FramingCase(
            "chunked in quotes", post("Transfer-Encoding: \"chunked\"\r\n", ""), gives: .refused(400, "transferCodingNotLastChunked")),
        FramingCase(
            "chunked with a parameter", post("Transfer-Encoding: chunked;q=1\r\n", ""),
            gives: .refused(400, "transferCodingNotLastChunked")),
        FramingCase(
            "chunked behind a vertical tab", post("Transfer-Encoding: \u{0B}chunked\r\n", ""), gives: .refused(400, "field(badValue)")),
        FramingCase(
            "chunked in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            gives: .refused(400, "transferEncodingInHTTP10")),
        FramingCase("chunked in capitals", post("TRANSFER-ENCODING: Chunked\r\n", "0\r\n\r\n"), gives: .request("POST", "/")),
    ]

    /// RFC 9112 §7.1.
    static let chunks: [FramingCase] = [
        FramingCase("one chunk", chunked("3\r\nabc\r\n0\r\n\r\n"), gives: .request("POST", "/", body: "abc")),
        FramingCase("several chunks", chunked("1\r\na\r\n2\r\nbc\r\n0\r\n\r\n"), gives: .request("POST", "/", body: "abc")),
        FramingCase(
            "sizes in either case", chunked("a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n"),
            gives: .request("POST", "/", body: "01234567890123456789")),
        FramingCase("leading zeros in a size", chunked("003\r\nabc\r\n000\r\n\r\n"), gives: .request("POST", "/", body: "abc")),
        FramingCase(
            "a chunk that holds what looks like the end", chunked("5\r\n0\r\n\r\n\r\n0\r\n\r\n"),
            gives: .request("POST", "/", body: "0\r\n\r\n")),
        FramingCase("no last chunk yet", chunked("3\r\nabc\r\n"), gives: .waits),
        FramingCase("no end of the trailer section yet", chunked("3\r\nabc\r\n0\r\n"), gives: .waits),
        FramingCase("no size", chunked("\r\nabc\r\n"), gives: .refused(400, "body(badChunkSize)")),
        FramingCase("a size with 0x", chunked("0x3\r\nabc\r\n0\r\n\r\n"), gives: .refused(400, "body(badChunkSize)")),
        FramingCase("a negative size", chunked("-3\r\nabc\r\n0\r\n\r\n"), gives: .refused(400, "body(badChunkSize)")),
        FramingCase("a size with a plus sign", chunked("+3\r\nabc\r\n0\r\n\r\n"), gives: .refused(400, "body(badChunkSize)")),
        FramingCase("a space in front of a size", chunked(" 3\r\nabc\r\n0\r\n\r\n"), gives: .refused(400, "body(badChunkSize)")),
        FramingCase("a space behind a size", chunked("3 \r\nabc\r\n0\r\n\r\n"), gives: .refused(400, "body(badChunkSize)")),
        FramingCase("an underscore in a size", chunked("1_0\r\nabc\r\n0\r\n\r\n"), gives: .refused(400, "body(badChunkSize)")),
        FramingCase("a size of 2^64 + 3", chunked("10000000000000003\r\nabc\r\n0\r\n\r\n"), gives: .refused(400, "body(chunkTooLarge)")),
        FramingCase("a size of 2^63", chunked("8000000000000000\r\nabc\r\n"), gives: .refused(400, "body(chunkTooLarge)")),
        FramingCase("a size of 4 GiB and 3", chunked("100000003\r\nabc\r\n0\r\n\r\n"), gives: .refused(413, "body(bodyTooLarge)")),
        FramingCase("a size beyond the limit", chunked("6000001\r\n"), gives: .refused(413, "body(bodyTooLarge)")),
        FramingCase(
            "sizes that are beyond the limit together", chunked("1\r\na\r\n6000000\r\n"), gives: .refused(413, "body(bodyTooLarge)")),
        FramingCase("a size of 2^59", chunked("800000000000000\r\n"), gives: .refused(413, "body(bodyTooLarge)")),
        FramingCase("a size of endless zeros", chunked(String(repeating: "0", count: 17)), gives: .refused(400, "body(chunkTooLarge)")),
        FramingCase("a bare LF behind a size", chunked("3\nabc\r\n0\r\n\r\n"), gives: .refused(400, "body(badChunkSize)")),
        FramingCase("a bare CR behind a size", chunked("3\rabc\r\n0\r\n\r\n"), gives: .refused(400, "body(badChunkSize)")),
        FramingCase("data longer than its size", chunked("3\r\nabcd\r\n0\r\n\r\n"), gives: .refused(400, "body(chunkNotEnded)")),
        FramingCase("a bare LF behind the data", chunked("3\r\nabc\n0\r\n\r\n"), gives: .refused(400, "body(chunkNotEnded)")),
        FramingCase("a bare CR behind the data", chunked("3\r\nabc\r0\r\n\r\n"), gives: .refused(400, "body(chunkNotEnded)")),
        FramingCase("an extension", chunked("3;a\r\nabc\r\n0;b=c;d=\"e\\\"f\"\r\n\r\n"), gives: .request("POST", "/", body: "abc")),
        FramingCase(
            "an extension with the permitted blanks", chunked("3 ; a = b\r\nabc\r\n0\r\n\r\n"),
            gives: .request("POST", "/", body: "abc")),
        FramingCase("an extension without a name", chunked("3;\r\nabc\r\n0\r\n\r\n"), gives: .refused(400, "body(badChunkExtension)")),
        FramingCase("an extension without a value", chunked("3;a=\r\nabc\r\n0\r\n\r\n"), gives: .refused(400, "body(badChunkExtension)")),
        FramingCase(
            "an extension with an open quote", chunked("3;a=\"b\r\nabc\r\n0\r\n\r\n"), gives: .refused(400, "body(badChunkExtension)")),
        FramingCase("a bare LF in an extension", chunked("3;a\nabc\r\n0\r\n\r\n"), gives: .refused(400, "body(badChunkExtension)")),
        FramingCase("a bare CR in an extension", chunked("3;a\rbc\r\n0\r\n\r\n"), gives: .refused(400, "body(badChunkSize)")),
        FramingCase("a NUL in an extension", chunked("3;a\0\r\nabc\r\n0\r\n\r\n"), gives: .refused(400, "body(badChunkExtension)")),
        FramingCase(
            "an endless extension", chunked("3;a=" + String(repeating: "b", count: 9000)),
            gives: .refused(400, "body(chunkExtensionsTooLong)")),
        FramingCase(
            "endless extensions", chunked(String(repeating: "1;" + String(repeating: "b", count: 500) + "\r\na\r\n", count: 20)),
            gives: .refused(400, "body(chunkExtensionsTooLong)")),
        FramingCase(
            "a trailer is dropped", chunked("3\r\nabc\r\n0\r\nHost: b\r\nContent-Length: 9\r\n\r\n"),
            gives: .request("POST", "/", body: "abc")),
        FramingCase("a bare LF in the trailer section", chunked("0\r\nX: a\n\r\n"), gives: .refused(400, "body(trailer(bareLineFeed))")),
        FramingCase("a bare LF as the end of the trailer section", chunked("0\r\n\n"), gives: .refused(400, "body(trailer(bareLineFeed))")),
        FramingCase("a folded trailer", chunked("0\r\nX: a\r\n b\r\n\r\n"), gives: .refused(400, "body(trailer(folded))")),
        FramingCase(
            "a request where a trailer should be", chunked("0\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
            gives: .refused(400, "body(trailer(spaceBeforeColon))")),
        FramingCase(
            "an endless trailer", chunked("0\r\nX: " + String(repeating: "a", count: 9000)),
            gives: .refused(431, "body(trailersTooLong)")),
        FramingCase(
            "endless trailers", chunked("0\r\n" + String(repeating: "X: a\r\n", count: 101)),
            gives: .refused(431, "body(trailer(tooMany))")),
    ]

    /// RFC 9112 §9: several requests on one connection, and what may stand between them.
    static let connections: [FramingCase] = [
        FramingCase(
            "two requests in one row", get("") + post("Content-Length: 1\r\n", "b"),
            gives: .request("GET", "/"), .request("POST", "/", body: "b")),
        FramingCase(
            "a request behind a chunked one", chunked("1\r\na\r\n0\r\n\r\n") + get(""),
            gives: .request("POST", "/", body: "a"), .request("GET", "/")),
        FramingCase(
            "one CRLF between requests, as old browsers send behind a form", post("Content-Length: 1\r\n", "b\r\n") + get(""),
            gives: .request("POST", "/", body: "b"), .request("GET", "/")),
        FramingCase(
            "a body longer than its length is the next request", post("Content-Length: 1\r\n", "b(") + get(""),
            gives: .request("POST", "/", body: "b"), .refused(400, "badRequestLine")),
        FramingCase("nothing is read behind a refusal", get("X : a\r\n") + get(""), gives: .refused(400, "field(spaceBeforeColon)")),
        FramingCase(
            "a good request, then a doubtful one", get("") + get("Content-Length: 1, 2\r\n"),
            gives: .request("GET", "/"), .refused(400, "badContentLength")),
    ]
}
