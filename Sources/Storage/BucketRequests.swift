import Client
import Crypto
import Jobs
import Net
import Wire

/// Signed requests to a bucket. Each may be repeated, so failures that may pass are tried again a few times.
package final class BucketRequests {
    private let client: Client
    private let address: BucketAddress
    private let proxy: (String) -> ClientRequest.Proxy?
    private let clock: () -> Timestamp

    /// - Parameter proxy: the proxy for a URL.
    package init(
        _ client: Client, to address: BucketAddress, proxy: @escaping (String) -> ClientRequest.Proxy?, clock: @escaping () -> Timestamp
    ) {
        self.client = client
        self.address = address
        self.proxy = proxy
        self.clock = clock
    }

    /// Sends a request about an object, or about the bucket if `key` is empty.
    /// - Throws: `.storage` or `.storageFull`, with what is wrong in `detail`, for every status that is not accepted.
    func send(
        _ method: Method, _ key: String, query: [(name: String, value: String)] = [], headers: Headers = Headers(),
        body: Pieces = Pieces(), accepting statuses: Set<Int> = [200]
    ) async throws(Fault) -> BucketAnswer {
        var attempt = 1
        while true {
            let fault: Fault
            var mayPass = true
            switch await sendOnce(request(method, key, query: query, headers: headers, body: body)) {
            case .success(let answer):
                guard !statuses.contains(answer.response.status) else { return answer }
                let failure = await answer.failure()
                (fault, mayPass) = (self.fault(failure, method), failure.mayPass)
            case .failure(let error):
                fault = Fault(
                    .storage, BucketRequests.sentence, code: "storage_unavailable",
                    detail: "results: \(method.text) at \(address.endpoint): \(error.reason.rawValue): \(error.detail)",
                    retryAfter: .seconds(5))
            }
            guard mayPass, attempt < BucketRequests.maxAttempts else { throw fault }
            await client.pause(for: BucketRequests.pause * (1 << (attempt - 1)))
            attempt += 1
        }
    }

    private func sendOnce(_ request: ClientRequest) async -> Result<BucketAnswer, ClientError> {
        let sent = clock()
        do throws(ClientError) { return .success(BucketAnswer(try await client.send(request), sent)) } catch { return .failure(error) }
    }

    private func request(
        _ method: Method, _ key: String, query: [(name: String, value: String)], headers: Headers, body: Pieces
    ) -> ClientRequest {
        var url = address.url(of: key)
        if !query.isEmpty {
            url += "?" + query.map { Percent.encoded($0.name) + "=" + Percent.encoded($0.value) }.joined(separator: "&")
        }
        var request = ClientRequest(method, url, headers: headers, body: body)
        if !body.isEmpty, let digest = MD5.digest(of: body) { request.headers.set("content-md5", Base64.standard.text(digest)) }
        if let url = URLText(url) { address.signature.sign(&request.headers, method, url: url, body: body, now: clock()) }
        request.proxy = proxy(url)
        request.isRepeatable = true
        return request
    }

    /// What a refusal means for the operator.
    func fault(_ failure: BucketFailure, _ method: Method) -> Fault {
        let advice: String? =
            switch failure.word {
            case "SignatureDoesNotMatch": "the secret_key of results is wrong"
            case "InvalidAccessKeyId": "the access_key of results is not known"
            case "RequestTimeTooSkewed":
                "the clocks differ: here it is \(failure.sent.iso8601), there \(failure.date ?? "another time")"
            case "NoSuchBucket": "there is no bucket \(address.name)"
            case "AccessDenied": "the keys of results may not do that"
            case "AuthorizationHeaderMalformed": "the region of results is wrong"
            default: nil
            }
        let what = [failure.word, failure.message, advice].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ": ")
        let isFull = failure.status == 507 || ["QuotaExceeded", "XMinioStorageFull", "InsufficientStorage"].contains(failure.word)
        return Fault(
            isFull ? .storageFull : .storage, BucketRequests.sentence, code: isFull ? "storage_full" : "storage_unavailable",
            detail: "results: \(method.text) in bucket \(address.name) at \(address.endpoint): HTTP \(failure.status) \(what)",
            retryAfter: .seconds(5))
    }

    private static let sentence = "The result could not be stored."
    private static let maxAttempts = 3
    private static let pause: Duration = .milliseconds(300)
}

/// The response of an S3 server.
final class BucketAnswer {
    let response: ClientResponse
    /// When the request was signed.
    private let sent: Timestamp

    init(_ response: ClientResponse, _ sent: Timestamp) {
        self.response = response
        self.sent = sent
    }

    /// Reads the body, which must be a short document.
    func text() async throws(Fault) -> String {
        do throws(ClientError) {
            let body = try await response.collect(atMost: BucketAnswer.maxDocumentBytes, by: .now + .seconds(30))
            return String(decoding: body, as: UTF8.self)
        } catch {
            throw Fault(.storage, "The result could not be stored.", code: "storage_unavailable", detail: "results: \(error.detail)")
        }
    }

    /// Reads an answer whose body is not needed.
    func finish() async throws(Fault) { _ = try await text() }

    /// What the server says about its refusal.
    func failure() async -> BucketFailure {
        let xml = BucketXML((try? await text()) ?? "")
        response.close()
        return BucketFailure(
            status: response.status, word: xml.values(of: "Code").first ?? "",
            message: String((xml.values(of: "Message").first ?? "").prefix(200)), date: response.headers[.date], sent: sent)
    }

    private static let maxDocumentBytes = 1 << 20
}

/// A refusal of an S3 server.
struct BucketFailure: Sendable {
    let status: Int
    /// `NoSuchBucket`; empty without a document.
    let word: String
    let message: String
    let date: String?
    let sent: Timestamp

    /// Whether the same request may succeed later.
    var mayPass: Bool { [409, 429, 500, 502, 503, 504].contains(status) || word == "RequestTimeout" }
}

/// The values of an S3 server's short XML documents. Their elements have no attributes that matter.
struct BucketXML {
    private let text: String

    init(_ text: String) { self.text = text }

    /// The texts of all elements of that name.
    func values(of name: String) -> [String] {
        var found: [String] = []
        var rest = text[...]
        while let open = rest.firstRange(of: "<\(name)>") {
            rest = rest[open.upperBound...]
            guard let close = rest.firstRange(of: "</\(name)>") else { break }
            found.append(BucketXML.unescaped(rest[..<close.lowerBound]))
            rest = rest[close.upperBound...]
        }
        return found
    }

    /// SeaweedFS and others write the quotes of entity tags as references.
    private static func unescaped(_ text: Substring) -> String {
        guard text.contains("&") else { return String(text) }
        var result = ""
        for (index, part) in text.split(separator: "&", omittingEmptySubsequences: false).enumerated() {
            guard index > 0, let end = part.firstIndex(of: ";"), let plain = references[String(part[..<end])] else {
                result += (index > 0 ? "&" : "") + part
                continue
            }
            result += plain + part[part.index(after: end)...]
        }
        return result
    }

    private static let references = ["quot": "\"", "#34": "\"", "amp": "&", "lt": "<", "gt": ">", "apos": "'", "#39": "'"]
}
