import Wire

/// An answer that is split in two, so that the base64 text of a video can be streamed between the parts.
package struct SplicedBody: Sendable {
    package var status: Int
    /// Without `content-length`, which depends on the size of the video.
    package var headers: Headers
    package var prefix: Pieces
    package var suffix: Pieces

    /// The text that a dialect renders in the place of the base64 text.
    static let placeholder = "\u{FFFC}base64\u{FFFC}"

    /// Splits an answer at the placeholder; without one, all of it is the prefix.
    init(_ response: Response) {
        status = response.status
        headers = response.headers
        headers.remove(.contentLength)
        prefix = Pieces()
        suffix = Pieces()
        let body = response.body.joined()
        let mark = Bytes(SplicedBody.placeholder.utf8)
        let place = body.firstIndex(of: mark, from: body.startIndex) ?? body.endIndex
        prefix.append(body[..<place])
        suffix.append(body[place...].dropFirst(mark.count))
    }
}
