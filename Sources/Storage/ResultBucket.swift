import Client
import Crypto
import Jobs
import Net
import Wire

/// A `ResultStore` in a bucket of an S3 server. Requests name the bucket in the path, which every S3 server understands.
package final class ResultBucket: ResultStore {
    let requests: BucketRequests
    private let address: BucketAddress

    package init(_ address: BucketAddress, requests: BucketRequests) {
        self.address = address
        self.requests = requests
    }

    /// Writes a small object and removes it: a key may be allowed to read only.
    package func checkUsability() async throws(Fault) {
        let key = ResultBucket.checkKey
        try await requests.send(.put, key, body: Pieces("genlock")).finish()
        try await remove(key)
    }

    package func begin(_ object: ResultObject) async throws(Fault) -> any ResultWriter {
        if object.mayExist { try await abortUploads(of: object.key) }
        return ResultBucketWriter(object, in: self)
    }

    package func open(_ key: String, _ range: Range<Int64>, of total: Int64) async throws(Fault) -> ResultReader? {
        var headers = Headers()
        headers.set("accept-encoding", "identity")
        let isWhole = range == 0..<total
        if !isWhole { headers.set(.range, "bytes=\(range.lowerBound)-\(range.upperBound - 1)") }
        let answer = try await requests.send(.get, key, headers: headers, accepting: [200, 206, 404])
        let response = answer.response
        guard response.status == (isWhole ? 200 : 206), response.headers[.contentLength].flatMap({ Int64($0) }) == Int64(range.count)
        else {
            if response.status == 404 {
                // Of the bucket or of the object: the first is no loss of this one.
                let failure = await answer.failure()
                guard failure.word == "NoSuchKey" || failure.word.isEmpty else { throw requests.fault(failure, .get) }
                return nil
            }
            response.close()
            return nil
        }
        return ResultReader(end: { response.close() }) { try await response.next() }
    }

    package func contains(_ key: String, length: Int64) async throws(Fault) -> Bool {
        let answer = try await requests.send(.head, key, accepting: [200, 404])
        defer { answer.response.close() }
        return answer.response.status == 200 && answer.response.headers[.contentLength].flatMap { Int64($0) } == length
    }

    package func remove(_ key: String) async throws(Fault) {
        try await requests.send(.delete, key, accepting: [200, 204, 404]).finish()
        try await abortUploads(of: key)
    }

    package func localPath(of key: String) -> String? { nil }

    package func link(to key: String, _ parameters: ResultLink) -> String? {
        guard let url = URLText(address.url(of: key)) else { return nil }
        return address.signature.presignedURL(
            url,
            query: [
                ("response-cache-control", "private, max-age=3600"), ("response-content-disposition", parameters.disposition),
                ("response-content-type", parameters.type),
            ], lifetime: parameters.lifetime, now: parameters.now)
    }

    /// Aborts the multipart uploads that an earlier copy of this object has left: their parts are paid for.
    private func abortUploads(of key: String) async throws(Fault) {
        let listing = try await requests.send(
            .get, "", query: [("prefix", address.fullKey(key)), ("uploads", "")], accepting: [200, 403, 501])
        guard listing.response.status == 200 else {
            // A key without the right to list uploads cannot see them.
            return listing.response.close()
        }
        for upload in BucketXML(try await listing.text()).values(of: "UploadId") {
            try await requests.send(.delete, key, query: [("uploadId", upload)], accepting: [200, 204, 404]).finish()
        }
    }

    private static let checkKey = "genlock-check"
}

/// Where a bucket is, and with which credentials.
package struct BucketAddress: Sendable {
    /// Scheme, host, port and path, without a trailing slash.
    let endpoint: String
    let name: String
    /// Empty, or without a slash at either end.
    let prefix: String
    let signature: SigV4

    package init(endpoint: String, name: String, prefix: String, signature: SigV4) {
        self.endpoint = endpoint
        self.name = name
        self.prefix = prefix
        self.signature = signature
    }

    /// The key of an object in the bucket; of the bucket itself if `key` is empty.
    func fullKey(_ key: String) -> String { prefix.isEmpty || key.isEmpty ? key : "\(prefix)/\(key)" }

    func url(of key: String) -> String { key.isEmpty ? "\(endpoint)/\(name)" : "\(endpoint)/\(name)/\(fullKey(key))" }
}
