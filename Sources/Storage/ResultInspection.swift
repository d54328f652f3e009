import Crypto
import Jobs
import Wire

/// Judges the bytes of a result while they are copied: an error page, another file or a part of a video must not be kept.
package struct ResultInspection: ~Copyable {
    package struct Verdict: Sendable, Equatable {
        package let length: Int64
        /// SHA-256 in hexadecimal digits.
        package let checksum: String
        /// Why these bytes are not the result; nil if they are.
        package let flaw: String?
    }

    private let kind: Asset.Kind
    private var head: Bytes = []
    private var movie = MovieStructure()
    private var hash = SHA256()
    private var length: Int64 = 0

    package init(of kind: Asset.Kind) { self.kind = kind }

    package mutating func read(_ piece: Slice) {
        if head.count < Sniff.headCount { head.append(contentsOf: piece.prefix(Sniff.headCount - head.count)) }
        movie.read(piece)
        hash.update(piece)
        length += Int64(piece.count)
    }

    /// - Parameter expected: the length that the vendor announced.
    package consuming func finish(expecting expected: Int64?) -> Verdict {
        let flaw = flaw(expecting: expected)
        let length = length
        return Verdict(length: length, checksum: hash.finish().hex, flaw: flaw)
    }

    private borrowing func flaw(expecting expected: Int64?) -> String? {
        guard length > 0 else { return "the vendor sent an empty file" }
        if let expected, expected != length { return "the vendor announced \(expected) bytes and sent \(length)" }
        guard let type = Sniff.type(of: head[...]), fits(type) else { return "the vendor sent no \(kind.rawValue)" }
        guard [.mp4, .mov, .threeGPP, .m4a].contains(type), let flaw = movie.finish() else { return nil }
        return "the vendor sent a \(kind.rawValue) that is not complete: \(flaw)"
    }

    private borrowing func fits(_ type: MediaType) -> Bool {
        switch kind {
        case .video: type.isVideo
        case .thumbnail, .spritesheet, .lastFrame: type.isImage
        case .audio: type.isAudio || type.isVideo
        }
    }
}
