import Jobs
import Server
import Wire

/// What a request to an upload URL does: it sends a whole file, or is one step of a multipart upload as in S3.
package enum UploadOperation: Equatable {
    case file
    case initiate
    case part(Int)
    /// The request body lists the parts.
    case complete
    case abort

    /// - Throws: if there is no such operation, or the announced length exceeds the limit.
    package init(_ head: RequestHead, limits: Limits) throws(Fault) {
        let query = head.query
        switch head.method {
        case .put:
            guard !head.headers.has(.contentEncoding) || UploadOperation.isChunked(head) else {
                throw Fault(.unsupportedMediaType, "Send the file without Content-Encoding.")
            }
            guard head.bodyLength.map({ $0 <= limits.maxUploadBytes }) ?? true || UploadOperation.isChunked(head) else {
                throw Fault(.tooLarge, "A file may have at most \(limits.maxUploadBytes) bytes.", code: "file_too_large")
            }
            guard let text = query["partNumber"] else {
                self = .file
                return
            }
            guard let number = Int(text), 1...limits.maxUploadParts ~= number else {
                let message = "'partNumber' must be from 1 to \(limits.maxUploadParts)."
                throw Fault(.invalid, message, code: "invalid_part_number")
            }
            self = .part(number)
        case .post where query["uploads"] != nil: self = .initiate
        case .post where query["uploadId"] != nil: self = .complete
        case .delete where query["uploadId"] != nil: self = .abort
        default: throw Fault(.methodNotAllowed, "\(head.method) is not allowed here; send the file with PUT.")
        }
    }

    /// Whether the body has the only content coding that S3 clients send.
    package static func isChunked(_ head: RequestHead) -> Bool { head.headers[.contentEncoding]?.lowercased() == "aws-chunked" }

    /// The numbers in a list of parts; nil if there are none, or they do not ascend.
    package static func partNumbers(in xml: String) -> [Int]? {
        let tag = "PartNumber>"
        let texts = xml.split(separator: "<").filter { $0.hasPrefix(tag) }.map { $0.dropFirst(tag.count) }
        let numbers = texts.compactMap { Int($0) }
        guard !texts.isEmpty, numbers.count == texts.count, zip(numbers, numbers.dropFirst()).allSatisfy(<) else { return nil }
        return numbers
    }
}
