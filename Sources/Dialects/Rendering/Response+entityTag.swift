import Wire

extension Response {
    /// The response with an entity tag (RFC 9110 section 8.8.3); 304 without the body if the client has it already.
    /// - Parameter known: the request's If-None-Match.
    func withEntityTag(knownAs known: String?) -> Response {
        var response = self
        let tag = "W/\"" + String(Response.digest(body), radix: 16) + "\""
        response.headers.set(.etag, tag)
        let tags = known?.split(separator: ",").map { $0.drop { $0 == " " } } ?? []
        guard tags.contains(where: { $0 == "*" || Response.opaque($0) == Response.opaque(tag[...]) }) else { return response }
        response.status = 304
        response.body = Pieces()
        response.headers.remove(.contentType)
        return response
    }

    /// Weak comparison (RFC 9110 section 8.8.3.2) ignores the prefix `W/`.
    private static func opaque(_ tag: Substring) -> Substring { tag.hasPrefix("W/") ? tag.dropFirst(2) : tag }

    /// 64-bit FNV-1a: distinguishes bodies; not for security.
    private static func digest(_ body: Pieces) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for slice in body.slices { for byte in slice { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 } }
        return hash
    }
}
