import Access
import Dialects
import HTTP
import Jobs
import Net
import Seal
import Server
import Storage
import Wire

/// Receives files at the URLs that were given out for them. The signature in the URL authenticates the client. Large files come in parts,
/// in the way of object stores.
final class UploadReceiver {
    private let config: RuntimeConfig
    private let uploads: UploadTokens?
    private let rates: CallerRateLimiter
    private let monotonic: () -> Instant

    init(_ dependencies: Dependencies) {
        config = dependencies.config
        uploads = dependencies.shared.uploads
        rates = dependencies.shared.uploadRates
        monotonic = dependencies.monotonic
    }

    /// Makes a URL for a new file of the caller.
    func makeUpload(for caller: Caller, at now: Timestamp) throws(Fault) -> UploadView {
        guard let uploads else {
            throw Fault(
                .notImplemented, "This router keeps no uploads; pass the file inside the request, or as a public URL.",
                code: "no_uploads")
        }
        try rates.take(for: caller, now: monotonic())
        return uploads.makeUpload(for: caller.owner, isShared: !config.authenticator.isKeyless, random: config.random, now: now)
    }

    func receiveUpload(_ context: RequestContext) async {
        let head = context.head
        context.note(dialect: "-", route: UploadTokens.path + "{upload}")
        do throws(Fault) {
            // The signature is in the query, or between the name and a file name.
            let segments = head.path.dropFirst(UploadTokens.path.count).split(separator: "/", omittingEmptySubsequences: false).map(
                String.init)
            let name = segments.first ?? ""
            let signature = segments.count == 3 ? segments[1] : segments.count == 1 ? head.query["signature"] : nil
            guard let uploads, uploads.allowsPut(name, signature: signature, now: context.now),
                config.authenticator.owners.contains(where: { uploads.isReadable(name, to: $0, now: context.now) })
            else {
                throw Fault(.notFound, "The upload URL is not valid or has expired. Ask for a new one.")
            }
            let operation = try UploadOperation(head, limits: config.limits)
            await context.answer(try await perform(operation, of: name, from: context.exchange, in: uploads.store))
        } catch {
            await context.refuse(error, allow: error.kind == .methodNotAllowed ? "PUT" : nil)
        }
    }

    private func perform(
        _ operation: UploadOperation, of name: String, from exchange: any Exchange, in folder: UploadStore
    ) async throws(Fault) -> Response {
        switch operation {
        case .file:
            try await store(exchange, as: name, in: folder)
            return Response(status: 200)
        case .part(let number):
            try await store(exchange, as: UploadTokens.partName(number, of: name), in: folder)
            var response = Response(status: 200)
            response.headers.set(.etag, "\"\(number)\"")
            return response
        case .initiate:
            return Response(xml: "InitiateMultipartUploadResult", "<UploadId>\(name)</UploadId>")
        case .complete:
            try await joinParts(try await readPartNumbers(exchange), of: name, in: folder)
            return Response(xml: "CompleteMultipartUploadResult", "<Bucket>\(name)</Bucket><ETag>&quot;\(name)&quot;</ETag>")
        case .abort:
            folder.discardParts(of: name)
            return Response(status: 204)
        }
    }

    private func store(_ exchange: any Exchange, as name: String, in folder: UploadStore) async throws(Fault) {
        var coding = UploadOperation.isChunked(exchange.head) ? ChunkedContent(config.limits) : nil
        try await writeFile(as: name, in: folder) { part in
            while let piece = try await exchange.nextBodyPiece() {
                for cut in try coding?.decode(piece) ?? [piece] { try await folder.append(cut, to: part) }
            }
            guard coding?.isDone ?? true else { throw BodyError.incomplete }
        }
    }

    /// Joins the parts that the client names.
    private func joinParts(_ numbers: [Int], of name: String, in folder: UploadStore) async throws(Fault) {
        try await writeFile(as: name, in: folder) { whole in
            for number in numbers {
                guard try await folder.append(file: UploadTokens.partName(number, of: name), to: whole) else {
                    throw Fault(.invalid, "Part \(number) of the file was not uploaded.", code: "invalid_part")
                }
            }
        }
        folder.discardParts(of: name)
    }

    private func readPartNumbers(_ exchange: any Exchange) async throws(Fault) -> [Int] {
        var text = Bytes()
        do {
            while let piece = try await exchange.nextBodyPiece() {
                text.append(contentsOf: piece)
                guard text.count <= config.limits.maxUploadPartListBytes else { throw BodyError.tooLarge }
            }
        } catch {
            throw (error as? BodyError)?.fault(config.limits) ?? Fault(.malformed, "The list of parts could not be read.")
        }
        guard let numbers = UploadOperation.partNumbers(in: String(decoding: text, as: UTF8.self)) else {
            throw Fault(.malformed, "The list of parts must name at least one, in ascending order.", code: "invalid_part_order")
        }
        return numbers
    }

    /// Writes a file that gets its name only once it is complete.
    private func writeFile(as name: String, in folder: UploadStore, _ fill: (UploadFileStore.UnfinishedFile) async throws -> Void)
        async throws(Fault)
    {
        let part = try await folder.begin(name)
        do {
            try await fill(part)
            try await folder.commit(part, as: name)
        } catch {
            folder.discard(part)
            switch error {
            case let fault as Fault: throw fault
            case let failure as BodyError: throw failure.fault(config.limits)
            default: throw Fault(.malformed, "The file could not be read to its end.", detail: "\(error)")
            }
        }
    }
}

extension Response {
    /// An XML document as S3 clients expect it.
    /// - Parameter inner: the escaped content of the root element.
    fileprivate init(xml name: String, _ inner: String) {
        self.init(status: 200, body: Pieces("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<\(name)>\(inner)</\(name)>"))
        headers.set(.contentType, "application/xml")
    }
}
