/// The tables, as the steps that lead from an empty file to today's. A step that has been released never changes; new ones are added
/// behind. `PRAGMA user_version` counts the steps that a file has been through.
enum Schema {
    static let steps = [
        """
        CREATE TABLE jobs (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            run INTEGER NOT NULL DEFAULT 0,
            owner TEXT NOT NULL,
            id TEXT NOT NULL UNIQUE,
            created INTEGER NOT NULL,
            state TEXT NOT NULL,
            account TEXT NOT NULL,
            vendor TEXT NOT NULL,
            model TEXT NOT NULL,
            asked TEXT NOT NULL,
            dialect TEXT NOT NULL,
            operation TEXT NOT NULL,
            prompt TEXT,
            seconds REAL,
            size TEXT,
            previous TEXT,
            request TEXT,
            reserved INTEGER,
            settled INTEGER,
            kind TEXT,
            code TEXT,
            message TEXT,
            trace TEXT,
            ended INTEGER,
            key TEXT,
            digest BLOB
        ) STRICT;
        CREATE INDEX jobs_of_owner ON jobs (owner, number);
        CREATE INDEX jobs_by_state ON jobs (state) WHERE state IN ('intended', 'ambiguous');
        CREATE INDEX jobs_by_age ON jobs (created);
        CREATE UNIQUE INDEX jobs_by_key ON jobs (owner, key) WHERE key IS NOT NULL;
        CREATE INDEX jobs_by_digest ON jobs (owner, digest) WHERE digest IS NOT NULL;
        """,
        """
        ALTER TABLE jobs ADD COLUMN clue TEXT;
        ALTER TABLE jobs ADD COLUMN found TEXT;
        """,
    ]

    /// Brings a file to today's shape, each step in a transaction of its own.
    /// - Throws: `.newer` if the file has been through steps that are not known here.
    static func migrate(_ database: Database, steps: [String] = Schema.steps) throws(StorageFailure) {
        let done = Int(try database.number("PRAGMA user_version") ?? 0)
        guard done <= steps.count else {
            throw StorageFailure(.newer, "the journal has version \(done), this program knows \(steps.count)")
        }
        for number in done..<steps.count {
            try database.execute("BEGIN IMMEDIATE")
            do throws(StorageFailure) {
                try database.execute(steps[number])
                try database.execute("PRAGMA user_version = \(number + 1)")
                try database.execute("COMMIT")
            } catch {
                if database.isInTransaction { try? database.execute("ROLLBACK") }
                throw error
            }
        }
    }
}
