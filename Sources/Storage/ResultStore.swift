import Jobs
import Wire

/// Where the bytes of kept results are: objects under random keys. An object is there as a whole or not at all.
package protocol ResultStore: AnyObject {
    /// Checks that objects can be written, without leaving one.
    /// - Throws: `.storage` or `.storageFull` with a sentence for the operator in `detail`.
    func checkUsability() async throws(Fault)

    /// Begins an object. What an earlier copy left of it is removed.
    func begin(_ object: ResultObject) async throws(Fault) -> any ResultWriter

    /// Opens a part of an object that has `total` bytes.
    /// - Returns: nil if there is no such object, or it has another length.
    func open(_ key: String, _ range: Range<Int64>, of total: Int64) async throws(Fault) -> ResultReader?

    /// Whether there is an object of that length.
    func contains(_ key: String, length: Int64) async throws(Fault) -> Bool

    /// Removes an object, and what is left of an unfinished one. Succeeds if there is none.
    func remove(_ key: String) async throws(Fault)

    /// The path of an object that is a file of this machine; nil in other stores.
    func localPath(of key: String) -> String?

    /// A URL that gives access to one object until it expires; nil if the store has none.
    func link(to key: String, _ parameters: ResultLink) -> String?
}

/// What is known of an object before its bytes.
package struct ResultObject: Sendable {
    package let key: String
    package let type: MediaType
    /// In bytes; nil if it is known only at the end.
    package let length: Int64?
    /// Whether an earlier copy may have left something.
    package let mayExist: Bool

    package init(key: String, type: MediaType, length: Int64?, mayExist: Bool) {
        self.key = key
        self.type = type
        self.length = length
        self.mayExist = mayExist
    }
}

/// What a client gets with a link to an object.
package struct ResultLink: Sendable {
    package let type: String
    /// The value of `content-disposition`.
    package let disposition: String
    package let lifetime: Duration
    package let now: Timestamp

    package init(type: String, disposition: String, lifetime: Duration, now: Timestamp) {
        self.type = type
        self.disposition = disposition
        self.lifetime = lifetime
        self.now = now
    }
}

/// An object that is being written. End it with `commit` or `abort`.
package protocol ResultWriter: AnyObject {
    func append(_ piece: Slice) async throws(Fault)
    /// Completes the object. When this returns, it survives a crash.
    func commit() async throws(Fault)
    /// Removes what was written.
    func abort() async
}

/// The bytes of a part of an object. Close it.
package final class ResultReader {
    private let pull: () async throws -> Slice?
    private let end: () -> Void

    package init(end: @escaping () -> Void, pull: @escaping () async throws -> Slice?) {
        self.pull = pull
        self.end = end
    }

    /// The next piece; nil at the end of the part.
    package func next() async throws -> Slice? { try await pull() }

    package func close() { end() }
}
