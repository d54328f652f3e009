/// A page of a list of jobs.
package struct Page: Sendable, Equatable {
    /// The id of the last job of the page before; nil for the first page.
    package var after: String?
    package var limit: Int
    package var newestFirst: Bool
    package init(after: String? = nil, limit: Int = 20, newestFirst: Bool = true) {
        self.after = after
        self.limit = limit
        self.newestFirst = newestFirst
    }
}
