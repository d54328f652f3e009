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
            guard let uploads = house.uploads, uploads.mayPut(name, signature: signature, now: visit.began) else {
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
                guard let bytes = try await folder.read(Uploads.part(number, of: name)) else {
                    throw Fault(.invalid, "Part \(number) of the file is not here.", code: "invalid_part")
                }
                try await folder.append(bytes[...], to: whole)
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
        let part = try await folder.begin()
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

    /// The job with what lies in this router's own hands put into it: files that its owner has uploaded, and clips behind links of ours,
    /// which no vendor could fetch from a machine that the world cannot reach.
    func brought(_ job: Job, for owner: Owner, to account: Account, now: Timestamp) async throws(Fault) -> Job {
        var job = job
        for place in job.media.indices {
            let medium = job.media[place]
            switch medium.source {
            case .reference(let text):
                if let name = Uploads.name(in: text) { job.media[place].source = try await upload(name, medium, owner, now: now) }
            case .url(let text):
                if let name = Uploads.name(in: text) {
                    job.media[place].source = try await upload(name, medium, owner, now: now)
                } else if let url = URLText(text), let (id, maker) = studio.links.open(url, now: now),
                    studio.publicURL == nil || account.card.transports[medium.kind]?.contains(.url) == false
                {
                    job.media[place].source = try await clip(of: id, maker, medium, now: now)
                }
            case .bytes, .base64: break
            }
        }
        return job
    }

    private func upload(_ name: String, _ medium: Medium, _ owner: Owner, now: Timestamp) async throws(Fault) -> Medium.Source {
        guard let uploads = house.uploads, uploads.isOpen(name, to: owner, now: now), let bytes = try await uploads.folder.read(name) else {
            throw Fault(
                .unreachableInput, "'\(medium.param)' names an upload that is not here, is not yours or has expired.", param: medium.param,
                code: "upload_not_found")
        }
        guard let type = Sniff.type(of: bytes[...]) else {
            throw Fault(
                .invalid, "The file uploaded for '\(medium.param)' is no picture, clip or sound of a known format.", param: medium.param,
                code: "invalid_value")
        }
        return .bytes(type, bytes[...])
    }

    private func clip(of id: String, _ owner: Owner, _ medium: Medium, now: Timestamp) async throws(Fault) -> Medium.Source {
        let clip = try await clip(.video, of: id, try await open(id, for: owner), now: now)
        defer { clip.close() }
        var bytes = Bytes()
        do {
            while let piece = try await clip.next() {
                guard bytes.count + piece.count <= studio.limits.fetchedBytes else {
                    throw Fault(
                        .tooLarge, "The clip given as '\(medium.param)' has more than \(studio.limits.fetchedBytes) bytes.",
                        param: medium.param, code: "file_too_large")
                }
                bytes.append(contentsOf: piece)
            }
        } catch let fault as Fault {
            throw fault
        } catch {
            throw Fault(
                .unreachableInput, "The clip given as '\(medium.param)' could not be read.", param: medium.param, code: "unreachable_url",
                detail: "\(error)")
        }
        return .bytes(.mp4, bytes[...])
    }
}
