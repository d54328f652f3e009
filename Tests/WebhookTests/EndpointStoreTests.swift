import Crypto
import Glibc
import Jobs
import Journal
import Seal
import Testing
import Webhooks
import Wire

/// Endpoints with their secrets, on a journal in a folder of its own.
final class EndpointStoreTests: Sendable {
    private let folder: String
    private let keys = KeyRing.generate(random: .system)
    private let now = Timestamp(unix: 1_800_000_000)

    init() {
        var template = Array("/tmp/genlock-webhooks-XXXXXX".utf8CString)
        folder = String(cString: mkdtemp(&template))
    }

    deinit {
        for name in [Journal.fileName, Journal.fileName + "-wal", Journal.fileName + "-shm", "runs"] { unlink(folder + "/" + name) }
        rmdir(folder)
    }

    private func service(_ keys: KeyRing? = nil) -> SharedWebhooks {
        var limits = Limits()
        limits.maxWebhookEndpointsPerKey = 2
        let now = now
        let journal = Journal(in: folder, limits: limits) { now }
        return SharedWebhooks(journal, keys: keys ?? self.keys, limits: limits, random: .system) { now }
    }

    private func contents() -> Bytes {
        [Journal.fileName, Journal.fileName + "-wal"].flatMap { name -> Bytes in
            guard let file = fopen(folder + "/" + name, "r") else { return [] }
            defer { fclose(file) }
            var bytes = Bytes(repeating: 0, count: 1 << 20)
            return Bytes(bytes[..<fread(&bytes, 1, bytes.count, file)])
        }
    }

    @Test func `a secret is shown once, signs from then on, and is not readable in the journal's file`() async throws {
        let store = service().endpoints
        let (endpoint, secret) = try await store.create(
            name: "hook", url: "https://a.example/hook", events: [.failed], owner: "studio")
        #expect(endpoint.id.hasPrefix("whe_") && endpoint.secretHint == "…" + secret.reveal().suffix(4))
        let kept = try await store.endpoint(endpoint.id, owner: "studio")
        #expect(kept == endpoint && store.secrets(of: kept, at: now).map { $0.text } == [secret])
        let file = contents()
        #expect(file.firstRange(of: Bytes("https://a.example/hook".utf8)) != nil)
        #expect(file.firstRange(of: Bytes(secret.reveal().utf8.dropFirst(6))) == nil)
        #expect(secret.withBytes { key in file.firstRange(of: Bytes(key)) } == nil)
    }

    @Test func `after a rotation both secrets sign until the old one ends`() async throws {
        let store = service().endpoints
        let (endpoint, old) = try await store.create(name: "hook", url: "https://a.example/", events: [.failed], owner: "studio")
        let (rotated, new) = try await store.rotateSecret(of: endpoint.id, owner: "studio", keepingOldFor: .seconds(86_400))
        #expect(old != new && store.secrets(of: rotated, at: now).map { $0.text } == [new, old])
        #expect(store.secrets(of: rotated, at: now + .seconds(86_400)).map { $0.text } == [new])
        let (ended, newest) = try await store.rotateSecret(of: endpoint.id, owner: "studio", keepingOldFor: .zero)
        #expect(store.secrets(of: ended, at: now).map { $0.text } == [newest])
    }

    @Test func `secrets open after a rotation of the sealing keys, and not without them`() async throws {
        let store = service().endpoints
        let (endpoint, secret) = try await store.create(name: "hook", url: "https://a.example/", events: [.failed], owner: "studio")
        let rotated = service(try keys.rotated(random: .system))
        #expect(rotated.endpoints.secrets(of: endpoint, at: now).map { $0.text } == [secret])
        let strange = service(KeyRing.generate(random: .system))
        #expect(strange.endpoints.secrets(of: endpoint, at: now).isEmpty)
        strange.adopt(SharedWebhooks.Settings(), keys: keys)
        #expect(strange.endpoints.secrets(of: endpoint, at: now).map { $0.text } == [secret])
    }

    @Test func `a sealed text opens for its purpose and owner only`() {
        let sealer = service().sealer
        let sealed = sealer.seal([1, 2, 3], for: .callback, owner: "studio")
        #expect(sealer.open(sealed, for: .callback, owner: "studio") == [1, 2, 3])
        #expect(sealer.open(sealed, for: .endpointSecret, owner: "studio") == nil)
        #expect(sealer.open(sealed, for: .callback, owner: "other") == nil)
        for place in sealed.indices {
            var changed = sealed
            changed[place] ^= 1
            #expect(sealer.open(changed, for: .callback, owner: "studio") == nil)
        }
        for count in sealed.indices { #expect(sealer.open(Bytes(sealed[..<count]), for: .callback, owner: "studio") == nil) }
    }

    @Test func `what the owner does not have is not found, and the limit is a conflict`() async throws {
        let store = service().endpoints
        let (endpoint, _) = try await store.create(name: "1", url: "https://a.example/", events: [.failed], owner: "studio")
        let calls: [(String) async throws -> Void] = [
            { _ = try await store.endpoint($0, owner: "other") }, { try await store.delete($0, owner: "other") },
            { _ = try await store.update($0, owner: "other", name: "x") },
            { _ = try await store.rotateSecret(of: $0, owner: "other", keepingOldFor: .zero) },
            { _ = try await store.endpoints(owner: "other", after: $0, limit: 1) },
        ]
        for call in calls { await #expect { try await call(endpoint.id) } throws: { ($0 as? Fault)?.kind == .notFound } }
        _ = try await store.create(name: "2", url: "https://a.example/", events: [.failed], owner: "studio")
        await #expect {
            try await store.create(name: "3", url: "https://a.example/", events: [.failed], owner: "studio")
        } throws: { ($0 as? Fault)?.kind == .conflict }
        try await store.delete(endpoint.id, owner: "studio")
        #expect(try await store.endpoints(owner: "studio", after: nil, limit: 9).endpoints.map(\.name) == ["2"])
    }

    @Test func `plain http is for networks that the operator has allowed`() throws {
        let closed = ReceiverPolicy()
        let open = ReceiverPolicy(allowedNetworks: [try #require(IPRange("10.0.0.0/8"))])
        #expect(try closed.check("https://a.example/hook?x=1").text == "https://a.example/hook?x=1")
        #expect(try open.check("http://10.1.2.3:8080/hook").port == 8080)
        #expect(try open.check("http://receiver.internal/hook").port == 80)
        for text in ["http://a.example/", "http://10.1.2.3/", "ftp://a.example/", "a.example", "https://u:p@a.example/"] {
            #expect(throws: ReceiverPolicy.RefusedURL.self) { try closed.check(text) }
        }
        #expect(throws: ReceiverPolicy.RefusedURL.self) { try open.check("http://192.0.2.1/") }
    }
}
