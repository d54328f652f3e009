/// Decodes, as a stream, a video that a vendor's JSON response contains as base64 or as a base64 data URI.
package struct InlineMedia: Sendable {
    /// Why a response contains no usable video.
    package enum ParseError: Error, Equatable {
        /// The response has fewer overlong strings, or ends inside this one.
        case missing
        /// The position counts from the beginning of the base64.
        case notBase64(offset: Int)
    }

    private var extractor: LongStringExtractor
    private var decoder = Base64Decoder(.standard)
    /// The beginning of the string, until it is known whether it is a data URI.
    private var head: Bytes? = []
    /// Characters of base64 so far.
    private var count = 0

    /// True once the video is complete: the rest of the response need not be read.
    package private(set) var isDone = false

    /// The maximum length of the part before the data of a data URI.
    private static let headCount = 256

    /// `ordinal` and `threshold` as for `LongStringExtractor`.
    package init(ordinal: Int, threshold: Int = Limits().elideStringsAbove) {
        extractor = LongStringExtractor(ordinal: ordinal, threshold: threshold)
    }

    /// The bytes of the video that `piece` completes.
    package mutating func decode(_ piece: Slice) throws(ParseError) -> Bytes {
        guard !isDone else { return [] }
        var bytes = Bytes()
        var text = extractor.extract(piece)
        if var begun = head {
            begun.append(contentsOf: text)
            text = []
            head = begun
            if begun.count >= InlineMedia.headCount || extractor.isDone {
                head = nil
                text = InlineMedia.data(of: begun[...])
            }
        }
        try decode(text, into: &bytes)
        if extractor.isDone { try finish(into: &bytes) }
        return bytes
    }

    /// Call it at the end of the response.
    /// - Throws: `missing` if the video is incomplete.
    package func checkComplete() throws(ParseError) {
        guard isDone else { throw .missing }
    }

    private mutating func decode(_ text: Slice, into bytes: inout Bytes) throws(ParseError) {
        let text = text.hasSpace ? text.filter { $0 > 0x20 }[...] : text
        count += text.count
        do throws(Base64Error) {
            try decoder.decode(text, into: &bytes)
        } catch {
            throw .notBase64(offset: error.offset)
        }
    }

    /// Adds the padding if the vendor omitted it.
    private mutating func finish(into bytes: inout Bytes) throws(ParseError) {
        isDone = true
        let missing = (4 - count % 4) % 4
        if missing > 0 { try decode(Bytes(repeating: UInt8(ascii: "="), count: missing)[...], into: &bytes) }
        do throws(Base64Error) {
            try decoder.finish(into: &bytes)
        } catch {
            throw .notBase64(offset: error.offset)
        }
    }

    private static func data(of text: Slice) -> Slice {
        guard DataURI.isDataURI(text), let comma = text.firstIndex(of: UInt8(ascii: ",")) else { return text }
        return text[(comma + 1)...]
    }
}
