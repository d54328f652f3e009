import Client
import Jobs
import Wire

/// An object of a bucket that is being written: one request if it is short, a multipart upload if it is long or its length is unknown. At
/// most one part is in memory.
final class ResultBucketWriter: ResultWriter {
    private let object: ResultObject
    private let bucket: ResultBucket
    private let partBytes: Int
    private var part = Bytes()
    private var uploadID: String?
    /// Of the parts that were sent, in order.
    private var tags: [String] = []
    private var written: Int64 = 0

    init(_ object: ResultObject, in bucket: ResultBucket) {
        self.object = object
        self.bucket = bucket
        partBytes = ResultBucketWriter.partBytes(for: object.length)
    }

    /// The size of the parts of an object; the whole object if one request suffices.
    static func partBytes(for length: Int64?) -> Int {
        guard let length, let count = Int(exactly: length) else { return minPartBytes }
        return count <= maxSingleBytes ? max(count, 1) : max(minPartBytes, count / maxParts + 1)
    }

    func append(_ piece: Slice) async throws(Fault) {
        var rest = piece
        while !rest.isEmpty {
            // A full part is sent when more follows: a short object needs one request.
            if part.count == partBytes { try await sendPart() }
            if part.isEmpty { part.reserveCapacity(partBytes) }
            let next = rest.prefix(partBytes - part.count)
            part.append(contentsOf: next)
            rest = rest.dropFirst(next.count)
        }
        written += Int64(piece.count)
    }

    func commit() async throws(Fault) {
        if let uploadID {
            try await sendPart()
            try await complete(uploadID)
        } else {
            try await bucket.requests.send(.put, object.key, headers: headers, body: Pieces(part)).finish()
        }
        guard try await bucket.contains(object.key, length: written) else {
            throw ResultBucketWriter.fault("the bucket does not have the object that it accepted")
        }
    }

    func abort() async {
        part = []
        guard let uploadID else { return }
        // What cannot be aborted now is aborted by the next copy, or when the result is given up.
        try? await bucket.requests.send(.delete, object.key, query: [("uploadId", uploadID)], accepting: [200, 204, 404]).finish()
    }

    private var headers: Headers {
        var headers = Headers()
        headers.set(.contentType, object.type.text)
        return headers
    }

    private func sendPart() async throws(Fault) {
        let id = try await begunUpload()
        let number = String(tags.count + 1)
        let answer = try await bucket.requests.send(
            .put, object.key, query: [("partNumber", number), ("uploadId", id)], body: Pieces(part))
        try await answer.finish()
        guard let tag = answer.response.headers[.etag] else { throw ResultBucketWriter.fault("the answer to a part has no ETag") }
        tags.append(tag)
        part.removeAll(keepingCapacity: true)
    }

    private func begunUpload() async throws(Fault) -> String {
        if let uploadID { return uploadID }
        let answer = try await bucket.requests.send(.post, object.key, query: [("uploads", "")], headers: headers)
        guard let id = BucketXML(try await answer.text()).values(of: "UploadId").first else {
            throw ResultBucketWriter.fault("the answer to a multipart upload has no UploadId")
        }
        uploadID = id
        return id
    }

    /// A failed completion may come with status 200.
    private func complete(_ id: String) async throws(Fault) {
        var xml = "<CompleteMultipartUpload>"
        for (index, tag) in tags.enumerated() {
            let quoted = tag.hasPrefix("\"") ? tag : "\"\(tag)\""
            xml += "<Part><PartNumber>\(index + 1)</PartNumber><ETag>\(quoted)</ETag></Part>"
        }
        xml += "</CompleteMultipartUpload>"
        let answer = try await bucket.requests.send(.post, object.key, query: [("uploadId", id)], body: Pieces(xml))
        let text = try await answer.text()
        guard text.contains("CompleteMultipartUploadResult") else {
            throw ResultBucketWriter.fault("a multipart upload was not completed: " + text.prefix(200))
        }
    }

    private static func fault(_ detail: String) -> Fault {
        Fault(
            .storage, "The result could not be stored.", code: "storage_unavailable", detail: "results: \(detail)", retryAfter: .seconds(5))
    }

    /// A longer object is sent in parts.
    static let maxSingleBytes = 16 << 20
    /// The least that S3 accepts for all parts but the last.
    static let minPartBytes = 5 << 20
    private static let maxParts = 10_000
}
