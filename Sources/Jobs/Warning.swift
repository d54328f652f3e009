/// Something that was done differently from what the client asked, reported with the answer.
package struct Warning: Sendable, Equatable {
    /// The parameter that was changed or dropped.
    package var param: String
    /// One sentence for people.
    package var message: String
    /// `seconds 12->8` or `style dropped`, for the header `genlock-adapted`; nil where nothing was replaced.
    package var adapted: String?

    package init(param: String, message: String, adapted: String? = nil) {
        self.param = param
        self.message = message
        self.adapted = adapted
    }
}
