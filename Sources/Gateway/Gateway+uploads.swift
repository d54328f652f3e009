import Dialects
import HTTP
import Jobs
import Seal
import Server
import Wire

extension Gateway {
    /// Takes the bytes of a file at the place that was given out for it: the signature in the URL stands for a key, and what else the
    /// client sends along does not matter. Large files come in parts, as object stores take them.
    func takeUpload(_ visit: Visit) async {
        let head = visit.head
        let dialect = studio.table.dialect(for: "/")
        visit.note(dialect: "-", route: Uploads.path + "{upload}")
        do throws(Fault) {
            // The signature stands in the query, or between the name and that of a file.
            let segments = head.path.dropFirst(Uploads.path.count).split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            let name = segments.first ?? ""
            let signature = segments.count == 3 ? segments[1] : segments.count == 1 ? head.query["signature"] : nil
            guard let uploads = house.uploads, uploads.mayPut(name, signature: signature, now: visit.began),
                studio.owners.all.contains(where: { uploads.isOpen(name, to: $0, now: visit.began) })
            else {
                throw Fault(.notFound, "The upload URL is not valid or has expired. Ask for a new one.")
            }
            let verb = try UploadVerb(head, limits: studio.limits)
            await visit.answer(try await take(verb, of: name, from: visit.exchange, in: uploads.folder))
        } catch {
            await visit.refuse(error, in: dialect, allow: error.kind == .methodNotAllowed ? "PUT" : nil)
        }
    }

    private func take(
        _ verb: UploadVerb, of name: String, from exchange: any Exchange, in folder: UploadFolder
    ) async throws(Fault) -> Response {
        switch verb {
        case .file:
            try await store(exchange, as: name, in: folder)
            return Response(status: 200)
        case .part(let number):
            try await store(exchange, as: Uploads.part(number, of: name), in: folder)
            var response = Response(status: 200)
            response.headers.set(.etag, "\"\(number)\"")
            return response
        case .begin:
            return Response(xml: "InitiateMultipartUploadResult", "<UploadId>\(name)</UploadId>")
        case .join:
            try await join(try await partNumbers(exchange), of: name, in: folder)
            return Response(xml: "CompleteMultipartUploadResult", "<Bucket>\(name)</Bucket><ETag>&quot;\(name)&quot;</ETag>")
        case .giveUp:
            folder.dropParts(of: name)
            return Response(status: 204)
        }
    }

    private func store(_ exchange: any Exchange, as name: String, in folder: UploadFolder) async throws(Fault) {
        var coding = UploadVerb.isChunked(exchange.head) ? ChunkedContent(studio.limits) : nil
        try await write(as: name, in: folder) { part in
            while let piece = try await exchange.nextPiece() {
                for cut in try coding?.decode(piece) ?? [piece] { try await folder.append(cut, to: part) }
            }
            guard coding?.isDone ?? true else { throw BodyFailure.cut }
        }
    }

    /// Puts the parts together that the client names.
    private func join(_ numbers: [Int], of name: String, in folder: UploadFolder) async throws(Fault) {
        try await write(as: name, in: folder) { whole in
            for number in numbers {
                guard try await folder.append(file: Uploads.part(number, of: name), to: whole) else {
                    throw Fault(.invalid, "Part \(number) of the file is not here.", code: "invalid_part")
                }
            }
        }
        folder.dropParts(of: name)
    }

    private func partNumbers(_ exchange: any Exchange) async throws(Fault) -> [Int] {
        var text = Bytes()
        do {
            while let piece = try await exchange.nextPiece() {
                text.append(contentsOf: piece)
                guard text.count <= studio.limits.uploadPartList else { throw BodyFailure.tooLarge }
            }
        } catch {
            throw (error as? BodyFailure)?.fault(studio.limits) ?? Fault(.malformed, "The list of parts could not be read.")
        }
        guard let numbers = UploadVerb.partNumbers(in: String(decoding: text, as: UTF8.self)) else {
            throw Fault(.malformed, "The list of parts must name at least one, in ascending order.", code: "invalid_part_order")
        }
        return numbers
    }

    /// Makes a file that has its name only when it is whole.
    private func write(as name: String, in folder: UploadFolder, _ fill: (UploadShelf.Part) async throws -> Void) async throws(Fault) {
        let part = try await folder.begin(name)
        do {
            try await fill(part)
            try await folder.keep(part, as: name)
        } catch {
            folder.drop(part)
            switch error {
            case let fault as Fault: throw fault
            case let failure as BodyFailure: throw failure.fault(studio.limits)
            default: throw Fault(.malformed, "The file could not be read to its end.", detail: "\(error)")
            }
        }
    }
}
