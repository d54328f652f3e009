import Glibc
import Jobs
import Synchronization
import Wire

@testable import Journal

/// A state folder of its own and entries to write into it.
final class JournalFixture: Sendable {
    let folder: String
    private let time = Mutex(Timestamp(unix: 1_800_000_000))

    init() {
        var template = Array("/tmp/genlock-journal-XXXXXX".utf8CString)
        folder = String(cString: mkdtemp(&template))
    }

    deinit {
        for file in files { unlink(folder + "/" + file) }
        rmdir(folder)
    }

    var files: [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    var path: String { folder + "/" + Journal.fileName }
    var now: Timestamp { time.withLock { $0 } }
    func advance(_ span: Duration) { time.withLock { $0 = $0 + span } }

    func journal(knowsEndpoints: Bool = true, _ change: (inout Limits) -> Void = { _ in }) -> Journal {
        var limits = Limits()
        change(&limits)
        return Journal(in: folder, limits: limits, knowsEndpoints: knowsEndpoints) { self.now }
    }

    func jobRecord(_ id: String, owner: String = "studio", key: String? = nil, digest: UInt8 = 1) -> JobRecord {
        var entry = JobRecord(
            owner: owner, id: id, created: now, account: "a", vendor: "v", model: "m", requestedModel: "sora-2", dialect: "openai")
        entry.prompt = "A paper boat"
        entry.seconds = 4
        entry.size = "1280x720"
        entry.requestID = "req_1"
        entry.reserved = Money(micros: 400_000)
        entry.idempotencyKey = key
        entry.requestDigest = Bytes(repeating: digest, count: 32)
        return entry
    }

    func write(_ text: String) {
        guard let file = fopen(path, "w") else { return }
        fputs(text, file)
        fclose(file)
    }
}
