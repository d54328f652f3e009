import HTTP
import Wire

extension Exchange {
    /// Reads the whole body into one buffer and decompresses gzip.
    /// - Parameters:
    ///   - limit: bytes of the body, compressed and decompressed.
    ///   - ratio: how many bytes one compressed byte may become.
    /// - Throws: `BodyError`; `tooLarge` and `overloaded` before reading a byte if `content-length` is too large.
    package func readBody(limit: Int, ratio: Int = Limits().maxInflateRatio) async throws -> Slice {
        let coding = RequestContentCoding(head.headers)
        guard coding != .unknown else { throw BodyError.unknownCoding }
        let announced = head.bodyLength ?? 0
        if head.bodyLength == 0 { return [] }
        guard announced <= limit else { throw BodyError.tooLarge }
        guard announced == 0 || reserveMemory(Int(announced)) else { throw BodyError.overloaded }
        return try await coding == .gzip ? readInflatedBody(limit, ratio) : readPlainBody(limit, announced: Int(announced))
    }

    private func readPlainBody(_ limit: Int, announced: Int) async throws -> Slice {
        guard var whole = try await nextBodyPiece() else { return [] }
        try reserveWithinLimit(announced > 0 ? 0 : whole.count, of: whole.count, limit)
        var second = try await nextBodyPiece()
        guard second != nil else { return whole }
        var bytes = Bytes()
        // Do not allocate all of an announced length: the client may not send it.
        bytes.reserveCapacity(max(min(announced, 16 << 20), whole.count))
        bytes.append(contentsOf: whole)
        whole = []
        while let piece = second {
            try reserveWithinLimit(announced > 0 ? 0 : piece.count, of: bytes.count + piece.count, limit)
            bytes.append(contentsOf: piece)
            second = try await nextBodyPiece()
        }
        return bytes[...]
    }

    /// Decompresses piece by piece, so that memory stays within the limit and the loop can do other work between two pieces.
    private func readInflatedBody(_ limit: Int, _ ratio: Int) async throws -> Slice {
        var inflater = Inflater(.gzip, limit: limit, ratio: ratio)
        var bytes = Bytes()
        while var packed = try await nextBodyPiece() {
            do throws(Inflater.InflateError) {
                while let piece = try inflater.next(&packed) {
                    guard reserveMemory(piece.count) else { throw .tooLarge }
                    bytes.append(contentsOf: piece)
                }
            } catch {
                throw BodyError(error)
            }
        }
        do throws(Inflater.InflateError) { try inflater.finish() } catch { throw BodyError(error) }
        return bytes[...]
    }

    private func reserveWithinLimit(_ more: Int, of count: Int, _ limit: Int) throws(BodyError) {
        guard count <= limit else { throw .tooLarge }
        guard more == 0 || reserveMemory(more) else { throw .overloaded }
    }
}

extension BodyError {
    fileprivate init(_ error: Inflater.InflateError) {
        self =
            switch error {
            case .tooLarge, .bomb: .tooLarge
            case .corrupt, .truncated, .trailingBytes: .badEncoding
            }
    }
}

/// The content coding of a request body (`content-encoding`, RFC 9110 §8.4).
enum RequestContentCoding: Equatable {
    case identity
    case gzip
    case unknown

    init(_ headers: Headers) {
        guard headers.has(.contentEncoding) else {
            self = .identity
            return
        }
        let names = headers.values(.contentEncoding).flatMap { $0.lowercased().split(separator: ",") }
            .map { $0.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" } }
            .filter { !$0.isEmpty && $0 != "identity" }
        switch names.first {
        case nil: self = .identity
        case "gzip" where names.count == 1, "x-gzip" where names.count == 1: self = .gzip
        default: self = .unknown
        }
    }
}
