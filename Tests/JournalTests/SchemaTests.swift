import Glibc
import Testing

@testable import Journal

struct SchemaTests {
    private let desktop = Desktop()

    @Test func `steps are done once, in order, from wherever a file stands`() throws {
        let steps = ["CREATE TABLE a (x)", "INSERT INTO a VALUES (1)", "INSERT INTO a VALUES (2)"]
        let database = try Database(desktop.path, run: 1)
        try Schema.migrate(database, steps: Array(steps.prefix(2)))
        try Schema.migrate(database, steps: Array(steps.prefix(2)))
        try Schema.migrate(database, steps: steps)
        #expect(try database.rows("SELECT x FROM a ORDER BY x") { $0.int(0) } == [1, 2])
        #expect(try database.number("PRAGMA user_version") == 3)
    }

    @Test func `a step that fails leaves the file as it was`() throws {
        let database = try Database(desktop.path, run: 1)
        #expect(throws: StorageFailure.self) {
            try Schema.migrate(database, steps: ["CREATE TABLE a (x)", "CREATE TABLE b (x); INSERT INTO nowhere VALUES (1)"])
        }
        #expect(try database.number("PRAGMA user_version") == 1)
        #expect(try database.number("SELECT count(*) FROM sqlite_master") == 1)
        #expect(!database.isInTransaction)
    }

    @Test func `what is asked over and over does not read every job`() throws {
        let database = try Database(desktop.path, run: 1)
        try Schema.migrate(database)
        let plan = try database.rows("EXPLAIN QUERY PLAN " + Journal.lostJobs, .int(0), .int(1)) { $0.text(3) }
        #expect(plan.contains { $0.contains("USING INDEX jobs_by_state") } && !plan.contains { $0.hasPrefix("SCAN") }, "\(plan)")
    }

    @Test func `every column of an entry is in the table`() throws {
        let database = try Database(desktop.path, run: 1)
        try Schema.migrate(database)
        #expect(try database.rows("SELECT \(Entry.columns) FROM jobs") { Entry($0) }.isEmpty)
    }
}
