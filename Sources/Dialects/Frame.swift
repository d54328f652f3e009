import Wire

/// An answer with a hole in it, into which the base64 text of a clip is written piece by piece.
package struct Frame: Sendable {
    package var status: Int
    /// Without `content-length`: that is known only with the size of the clip.
    package var headers: Headers
    package var before: Pieces
    package var behind: Pieces

    /// The text that a dialect renders in the place of the hole.
    static let hole = "\u{FFFC}base64\u{FFFC}"

    /// Cuts an answer at its hole; without one everything stands before it.
    init(_ response: Response) {
        status = response.status
        headers = response.headers
        headers.remove(.contentLength)
        before = Pieces()
        behind = Pieces()
        let body = response.body.joined()
        let mark = Bytes(Frame.hole.utf8)
        let place = body.firstIndex(of: mark, from: body.startIndex) ?? body.endIndex
        before.append(body[..<place])
        behind.append(body[place...].dropFirst(mark.count))
    }
}
