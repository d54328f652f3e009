/// What a start call sends to its vendor so that the job can be found there if the answer is lost: short strings without line ends, first
/// the `Job.correlationID`.
package struct CorrelationKey: Sendable, Hashable {
    package var fields: [String]

    package init(_ fields: String...) { self.fields = fields }

    /// Reads what `text` returns.
    package init(text: String) { fields = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }

    /// The form in which the journal stores it: one field per line.
    package var text: String { fields.joined(separator: "\n") }

    /// The field at an index, or an empty string.
    package subscript(index: Int) -> String { index < fields.count ? fields[index] : "" }
}
