import Jobs
import Testing
import Wire

@testable import Journal

/// A journal that an earlier program wrote goes on as it was.
struct OldJournalTests {
    private let fixture = JournalFixture()

    /// The tables as 0.1.0 made them, written out: the steps of today must lead on from here.
    private static let tables = """
        CREATE TABLE jobs (
            number INTEGER PRIMARY KEY AUTOINCREMENT, run INTEGER NOT NULL DEFAULT 0, owner TEXT NOT NULL, id TEXT NOT NULL UNIQUE,
            created INTEGER NOT NULL, state TEXT NOT NULL, account TEXT NOT NULL, vendor TEXT NOT NULL, model TEXT NOT NULL,
            asked TEXT NOT NULL, dialect TEXT NOT NULL, operation TEXT NOT NULL, prompt TEXT, seconds REAL, size TEXT, previous TEXT,
            request TEXT, reserved INTEGER, settled INTEGER, kind TEXT, code TEXT, message TEXT, trace TEXT, ended INTEGER, key TEXT,
            digest BLOB, clue TEXT, found TEXT, current TEXT, tried TEXT, moved TEXT
        ) STRICT;
        CREATE INDEX jobs_of_owner ON jobs (owner, number);
        CREATE INDEX jobs_by_state ON jobs (state) WHERE state IN ('intended', 'ambiguous');
        CREATE INDEX jobs_by_age ON jobs (created);
        CREATE UNIQUE INDEX jobs_by_key ON jobs (owner, key) WHERE key IS NOT NULL;
        CREATE INDEX jobs_by_digest ON jobs (owner, digest) WHERE digest IS NOT NULL;
        CREATE TABLE spending (
            owner TEXT NOT NULL, day INTEGER NOT NULL, micros INTEGER NOT NULL, PRIMARY KEY (owner, day)
        ) STRICT, WITHOUT ROWID;
        CREATE TRIGGER jobs_reserve AFTER INSERT ON jobs WHEN coalesce(new.settled, new.reserved, 0) <> 0 BEGIN
            INSERT INTO spending VALUES (new.owner, new.created / 86400000, coalesce(new.settled, new.reserved))
                ON CONFLICT (owner, day) DO UPDATE SET micros = micros + excluded.micros;
        END;
        CREATE TRIGGER jobs_settle AFTER UPDATE OF reserved, settled ON jobs
            WHEN coalesce(new.settled, new.reserved, 0) <> coalesce(old.settled, old.reserved, 0) BEGIN
            INSERT INTO spending VALUES (new.owner, new.created / 86400000,
                    coalesce(new.settled, new.reserved, 0) - coalesce(old.settled, old.reserved, 0))
                ON CONFLICT (owner, day) DO UPDATE SET micros = micros + excluded.micros;
        END;
        CREATE TABLE wishes (
            number INTEGER PRIMARY KEY, path TEXT NOT NULL, query TEXT NOT NULL, type TEXT, body BLOB NOT NULL
        ) STRICT;
        CREATE TRIGGER wishes_end AFTER UPDATE OF state ON jobs WHEN new.state NOT IN ('intended', 'accepted') BEGIN
            DELETE FROM wishes WHERE number = new.number;
        END;
        CREATE TRIGGER wishes_gone AFTER DELETE ON jobs BEGIN
            DELETE FROM wishes WHERE number = old.number;
        END;
        CREATE INDEX jobs_at_work ON jobs (account) WHERE state = 'accepted';
        PRAGMA user_version = 4;
        """

    /// One row for each state, the lost and the found among them.
    private static let rows = """
        INSERT INTO jobs (run, owner, id, created, state, account, vendor, model, asked, dialect, operation, prompt, reserved, settled,
                kind, code, message, trace, key, clue, found, current, tried, moved)
        VALUES
            (7, 'studio', 'stopped', 1800000000000, 'intended', 'a', 'v', 'm', 'sora-2', 'openai', 'generate', 'p', 400000, NULL,
                NULL, NULL, NULL, NULL, 'k1', 'genlock-1' || char(10) || 'text2video', NULL, NULL, NULL, NULL),
            (7, 'studio', 'video_1', 1800000000000, 'accepted', 'a', 'v', 'm', 'sora-2', 'openai', 'generate', 'p', 400000, NULL,
                NULL, NULL, NULL, NULL, 'k2', NULL, NULL, NULL, NULL, NULL),
            (7, 'studio', 'found', 1800000000000, 'accepted', 'a', 'v', 'm', 'sora-2', 'openai', 'generate', 'p', 400000, NULL,
                NULL, NULL, NULL, NULL, NULL, NULL, 'sealed', NULL, NULL, NULL),
            (7, 'studio', 'offered', 1800000000000, 'done', 'b', 'v', 'm', 'sora-2', 'openai', 'generate', 'p', 400000, 300000,
                NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'sealed', 'a m', 'moved'),
            (7, 'studio', 'lost', 1800000000000, 'ambiguous', 'a', 'v', 'm', 'sora-2', 'openai', 'generate', 'p', 400000, NULL,
                'createAmbiguous', 'create_ambiguous', 'Lost.', 'called', NULL, 'genlock-2', NULL, NULL, NULL, NULL);
        """

    private func journal() throws -> Journal {
        let database = try Database(fixture.path, run: 7)
        try database.execute(Self.tables)
        try database.execute(Self.rows)
        return fixture.journal()
    }

    @Test func `jobs of the first version are read, and end, as they did`() async throws {
        let journal = try journal()
        #expect(try await journal.open() == 1)
        #expect(try await journal.jobRecord("video_1")?.idempotencyKey == "k2")
        #expect(try await journal.jobRecord("found")?.sealedClaims == "sealed")
        #expect(try await journal.jobRecord("offered")?.failedAttempts == ["a m"])
        #expect(try await journal.jobRecord(of: "studio", key: "k1")?.id == "stopped")
        let entries = try await journal.jobRecords()
        #expect(entries.map(\.id) == ["lost", "offered", "found", "video_1", "stopped"] && entries.allSatisfy { $0.ticket == nil })
        journal.recordEnd("video_1", nil, settled: Money(micros: 500_000), at: fixture.now)
        #expect(try await journal.jobRecord("video_1")?.state == .done)
        #expect(try await journal.spent(by: "studio", since: Timestamp(unix: 0)) == Money(micros: 2_000_000))
        #expect(try await journal.page(of: "studio", after: nil, limit: 9, newestFirst: true)?.entries.count == 5)
    }

    @Test func `a call in progress when the first version stopped is reported as such, and a lost one is found`() async throws {
        let journal = try journal()
        let stopped = try #require(try await journal.jobRecord("stopped"))
        #expect(stopped.state == .ambiguous && stopped.trace?.contains("the router stopped") == true)
        #expect(stopped.trace?.contains("genlock-1 text2video") == true)
        #expect(try await journal.recordFound("lost", as: "sealed", ticket: Ticket("up_1")))
        #expect(try await journal.jobRecord("lost")?.ticket == "up_1")
    }

    @Test func `a new job goes into the old file`() async throws {
        let journal = try journal()
        try await journal.recordIntent(fixture.jobRecord("intent"))
        try await journal.recordAccepted("intent", as: "new", sealedClaims: "sealed", ticket: Ticket("up_2"))
        await journal.close()
        let entry = try await fixture.journal().jobRecord("new")
        #expect(entry?.sealedClaims == "sealed" && entry?.ticket == "up_2" && entry?.number == 6)
    }
}
