import Configuration
import Gateway
import Jobs
import Net

/// SIGHUP: the configuration is read again, and put in force as a whole or not at all.
enum Reload {
    /// Reading takes milliseconds where there are hundreds of keys: no loop waits for that.
    private static let reader = Worker("reload")

    /// - Returns: nil if the old configuration stays in force; it was told why.
    static func perform(
        _ serving: Serving, _ read: @Sendable () throws(Complaint) -> Configuration, _ herald: Herald
    ) async -> Configuration? {
        Supervisor.tell("RELOADING=1", status: "reading the configuration again")
        defer { Supervisor.tell("READY=1", status: "serving") }
        do throws(Complaint) {
            let configuration = try await reader.run(read)
            do throws(Fault) { try await serving.adopt(configuration) } catch { throw Complaint(error) }
            return configuration
        } catch {
            herald.kept(because: error.message)
            return nil
        }
    }
}

extension Complaint {
    /// What is wrong with a configuration, with the detail that only the operator may see.
    init(_ fault: Fault) { self.init(.badInput, fault.message + (fault.detail.map { " (\($0))" } ?? "")) }
}
