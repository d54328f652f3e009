/// The tables, as migration steps from an empty file to the current schema. A released step never changes; new steps are appended.
/// `PRAGMA user_version` is the number of steps that were applied to a file.
enum JournalSchema {
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
        // The cost of an owner's jobs for each day (UTC). Triggers update it, so that no statement can miss it; it outlives the jobs.
        """
        CREATE TABLE spending (
            owner TEXT NOT NULL,
            day INTEGER NOT NULL,
            micros INTEGER NOT NULL,
            PRIMARY KEY (owner, day)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO spending
            SELECT owner, created / 86400000, sum(coalesce(settled, reserved, 0)) FROM jobs GROUP BY owner, created / 86400000;
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
        """,
        // Jobs that may fail over: their stored request, and the current attempt.
        """
        ALTER TABLE jobs ADD COLUMN current TEXT;
        ALTER TABLE jobs ADD COLUMN tried TEXT;
        ALTER TABLE jobs ADD COLUMN moved TEXT;
        CREATE TABLE wishes (
            number INTEGER PRIMARY KEY,
            path TEXT NOT NULL,
            query TEXT NOT NULL,
            type TEXT,
            body BLOB NOT NULL
        ) STRICT;
        CREATE TRIGGER wishes_end AFTER UPDATE OF state ON jobs WHEN new.state NOT IN ('intended', 'accepted') BEGIN
            DELETE FROM wishes WHERE number = new.number;
        END;
        CREATE TRIGGER wishes_gone AFTER DELETE ON jobs BEGIN
            DELETE FROM wishes WHERE number = old.number;
        END;
        CREATE INDEX jobs_at_work ON jobs (account) WHERE state = 'accepted';
        """,
        // The vendor's id of a job, for people.
        "ALTER TABLE jobs ADD COLUMN ticket TEXT;",
        webhooks,
        results,
    ]

    /// Events of jobs on their way to webhooks, and the endpoints that clients register. A row of `callbacks` has the number of its job;
    /// its content goes with each delivery. Triggers count the pending deliveries of each owner, which would else read all of them.
    private static let webhooks = """
        CREATE TABLE deliveries (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            run INTEGER NOT NULL,
            event TEXT NOT NULL,
            job TEXT NOT NULL,
            owner TEXT NOT NULL,
            type TEXT NOT NULL,
            created INTEGER NOT NULL,
            target TEXT NOT NULL,
            callback BLOB,
            state TEXT NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            due INTEGER NOT NULL,
            status INTEGER,
            error TEXT,
            updated INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX deliveries_by_due ON deliveries (run, target, due, number) WHERE state = 'pending';
        CREATE INDEX deliveries_by_state ON deliveries (state, created);
        CREATE INDEX deliveries_of_owner ON deliveries (owner, number);
        CREATE INDEX deliveries_by_event ON deliveries (event);
        CREATE TABLE pending_deliveries (owner TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TRIGGER deliveries_added AFTER INSERT ON deliveries WHEN new.state = 'pending' BEGIN
            INSERT INTO pending_deliveries VALUES (new.owner, 1) ON CONFLICT (owner) DO UPDATE SET count = count + 1;
        END;
        CREATE TRIGGER deliveries_changed AFTER UPDATE OF state ON deliveries WHEN (new.state = 'pending') <> (old.state = 'pending') BEGIN
            INSERT INTO pending_deliveries VALUES (new.owner, iif(new.state = 'pending', 1, -1))
                ON CONFLICT (owner) DO UPDATE SET count = count + excluded.count;
        END;
        CREATE TRIGGER deliveries_removed AFTER DELETE ON deliveries WHEN old.state = 'pending' BEGIN
            UPDATE pending_deliveries SET count = count - 1 WHERE owner = old.owner;
        END;
        CREATE TABLE callbacks (number INTEGER PRIMARY KEY, target TEXT NOT NULL, content BLOB NOT NULL) STRICT;
        CREATE TRIGGER callbacks_end AFTER UPDATE OF state ON jobs WHEN new.state IN ('never_sent', 'deleted') BEGIN
            DELETE FROM callbacks WHERE number = new.number;
        END;
        CREATE TRIGGER callbacks_gone AFTER DELETE ON jobs BEGIN
            DELETE FROM callbacks WHERE number = old.number;
        END;
        CREATE TABLE webhook_endpoints (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            owner TEXT NOT NULL,
            name TEXT NOT NULL,
            url TEXT NOT NULL,
            events TEXT NOT NULL,
            secret BLOB NOT NULL,
            hint TEXT NOT NULL,
            old_secret BLOB,
            old_until INTEGER,
            created INTEGER NOT NULL,
            updated INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX webhook_endpoints_of_owner ON webhook_endpoints (owner, number);
        CREATE TABLE disabled_endpoints (id TEXT PRIMARY KEY, since INTEGER NOT NULL, reason TEXT NOT NULL) STRICT, WITHOUT ROWID;
        """

    /// Results that are kept, or wait to be. They outlive the rows of their jobs. Triggers keep the total, so that no statement can miss
    /// it.
    private static let results = """
        ALTER TABLE jobs ADD COLUMN unstored INTEGER;
        CREATE TABLE results (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL,
            owner TEXT NOT NULL,
            kind TEXT NOT NULL,
            key TEXT NOT NULL UNIQUE,
            state TEXT NOT NULL,
            run INTEGER NOT NULL DEFAULT 0,
            attempts INTEGER NOT NULL DEFAULT 0,
            due INTEGER NOT NULL,
            ended INTEGER NOT NULL,
            stored INTEGER NOT NULL DEFAULT 0,
            length INTEGER,
            type TEXT,
            tag TEXT,
            checksum TEXT,
            kept INTEGER,
            expires INTEGER,
            closed INTEGER,
            reason TEXT,
            UNIQUE (id, kind)
        ) STRICT;
        CREATE INDEX results_pending ON results (due) WHERE state = 'pending';
        CREATE INDEX results_by_age ON results (kept) WHERE state = 'kept';
        CREATE INDEX results_by_expiry ON results (expires) WHERE state = 'kept';
        CREATE INDEX results_to_remove ON results (number) WHERE stored = 1 AND state NOT IN ('pending', 'kept');
        CREATE INDEX results_closed ON results (closed) WHERE closed IS NOT NULL;
        CREATE TABLE results_total (one INTEGER PRIMARY KEY CHECK (one = 1), files INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT;
        INSERT INTO results_total VALUES (1, 0, 0);
        CREATE TRIGGER results_kept AFTER UPDATE OF state ON results WHEN new.state = 'kept' AND old.state <> 'kept' BEGIN
            UPDATE results_total SET files = files + 1, bytes = bytes + new.length;
        END;
        CREATE TRIGGER results_left AFTER UPDATE OF state ON results WHEN old.state = 'kept' AND new.state <> 'kept' BEGIN
            UPDATE results_total SET files = files - 1, bytes = bytes - old.length;
        END;
        """

    /// Applies the missing steps, each in its own transaction.
    /// - Throws: `.newer` if the file has more steps than this program knows.
    static func migrate(_ database: Database, steps: [String] = JournalSchema.steps) throws(StorageError) {
        let done = Int(try database.queryNumber("PRAGMA user_version") ?? 0)
        guard done <= steps.count else {
            throw StorageError(.newer, "the journal has version \(done), this program knows \(steps.count)")
        }
        for number in done..<steps.count {
            try database.execute("BEGIN IMMEDIATE")
            do throws(StorageError) {
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
