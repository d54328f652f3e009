import Glibc
import Testing

@testable import Journal

struct SchemaTests {
    private let fixture = JournalFixture()

    @Test func `steps are done once, in order, from wherever a file stands`() throws {
        let steps = ["CREATE TABLE a (x)", "INSERT INTO a VALUES (1)", "INSERT INTO a VALUES (2)"]
        let database = try Database(fixture.path, run: 1)
        try JournalSchema.migrate(database, steps: Array(steps.prefix(2)))
        try JournalSchema.migrate(database, steps: Array(steps.prefix(2)))
        try JournalSchema.migrate(database, steps: steps)
        #expect(try database.query("SELECT x FROM a ORDER BY x") { $0.int(0) } == [1, 2])
        #expect(try database.queryNumber("PRAGMA user_version") == 3)
    }

    @Test func `a step that fails leaves the file as it was`() throws {
        let database = try Database(fixture.path, run: 1)
        #expect(throws: StorageError.self) {
            try JournalSchema.migrate(database, steps: ["CREATE TABLE a (x)", "CREATE TABLE b (x); INSERT INTO nowhere VALUES (1)"])
        }
        #expect(try database.queryNumber("PRAGMA user_version") == 1)
        #expect(try database.queryNumber("SELECT count(*) FROM sqlite_master") == 1)
        #expect(!database.isInTransaction)
    }

    @Test func `what is asked over and over does not read every job`() throws {
        let database = try Database(fixture.path, run: 1)
        try JournalSchema.migrate(database)
        let plan = try database.query("EXPLAIN QUERY PLAN " + Journal.ambiguousJobsQuery, .int(0), .int(1)) { $0.text(3) }
        #expect(plan.contains { $0.contains("USING INDEX jobs_by_state") } && !plan.contains { $0.hasPrefix("SCAN") }, "\(plan)")
    }

    @Test func `every column of an entry is in the table`() throws {
        let database = try Database(fixture.path, run: 1)
        try JournalSchema.migrate(database)
        #expect(try database.query("SELECT \(JobRecord.columns) FROM jobs") { JobRecord($0) }.isEmpty)
    }
}
