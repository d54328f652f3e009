import HTTP
import Wire

extension Exchange {
    /// The whole body in one buffer, unpacked if it came packed with gzip.
    /// - Parameters:
    ///   - limit: for the body, packed and unpacked.
    ///   - ratio: bytes that one byte of a packed body may turn into.
    /// - Throws: `BodyFailure`; `tooLarge` and `overloaded` without reading a byte if the client announces too much.
    package func body(limit: Int, ratio: Int = Limits().inflateRatio) async throws -> Slice {
        let coding = RequestCoding(head.headers)
        guard coding != .unknown else { throw BodyFailure.unknownCoding }
        let announced = head.bodyLength ?? 0
        if head.bodyLength == 0 { return [] }
        guard announced <= limit else { throw BodyFailure.tooLarge }
        guard announced == 0 || hold(Int(announced)) else { throw BodyFailure.overloaded }
        return try await coding == .gzip ? inflatedBody(limit, ratio) : plainBody(limit, announced: Int(announced))
    }

    private func plainBody(_ limit: Int, announced: Int) async throws -> Slice {
        guard var whole = try await nextPiece() else { return [] }
        try keep(announced > 0 ? 0 : whole.count, of: whole.count, limit)
        var second = try await nextPiece()
        guard second != nil else { return whole }
        var bytes = Bytes()
        // An announced length is only a promise: not everything is set aside for it at once.
        bytes.reserveCapacity(max(min(announced, 16 << 20), whole.count))
        bytes.append(contentsOf: whole)
        whole = []
        while let piece = second {
            try keep(announced > 0 ? 0 : piece.count, of: bytes.count + piece.count, limit)
            bytes.append(contentsOf: piece)
            second = try await nextPiece()
        }
        return bytes[...]
    }

    /// Unpacks while it reads, so that no more than the limit is ever held, and the loop's other work goes on between two pieces.
    private func inflatedBody(_ limit: Int, _ ratio: Int) async throws -> Slice {
        var inflater = Inflater(.gzip, limit: limit, ratio: ratio)
        var bytes = Bytes()
        while var packed = try await nextPiece() {
            do throws(Inflater.Flaw) {
                while let piece = try inflater.next(&packed) {
                    guard hold(piece.count) else { throw .tooLarge }
                    bytes.append(contentsOf: piece)
                }
            } catch {
                throw BodyFailure(error)
            }
        }
        do throws(Inflater.Flaw) { try inflater.finish() } catch { throw BodyFailure(error) }
        return bytes[...]
    }

    private func keep(_ more: Int, of count: Int, _ limit: Int) throws(BodyFailure) {
        guard count <= limit else { throw .tooLarge }
        guard more == 0 || hold(more) else { throw .overloaded }
    }
}

extension BodyFailure {
    fileprivate init(_ flaw: Inflater.Flaw) {
        self =
            switch flaw {
            case .tooLarge, .bomb: .tooLarge
            case .corrupt, .cut, .trailingBytes: .badPacking
            }
    }
}
