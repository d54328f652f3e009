import Wire

/// An answer with a hole in it, into which the base64 text of a clip is written piece by piece.
package struct SplicedBody: Sendable {
    package var status: Int
    /// Without `content-length`: that is known only with the size of the clip.
    package var headers: Headers
    package var prefix: Pieces
    package var suffix: Pieces

    /// The text that a dialect renders in the place of the hole.
    static let placeholder = "\u{FFFC}base64\u{FFFC}"

    /// Cuts an answer at its hole; without one everything stands before it.
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
