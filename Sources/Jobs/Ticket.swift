/// What identifies an accepted job at its vendor: short strings in an order that the vendor's file defines. Sealed into the job id, so a
/// field is never reordered or reused; new fields go to the end.
package struct Ticket: Sendable, Hashable {
    package var fields: [String]

    package init(_ fields: String...) { self.fields = fields }
    package init(fields: [String]) { self.fields = fields }

    /// The field at an index, or an empty string: a ticket of an older version may be shorter.
    package subscript(index: Int) -> String { index < fields.count ? fields[index] : "" }

    /// The fields on one line, as people search for them in the vendor's dashboard; nil for an empty ticket.
    package var singleLine: String? { fields.isEmpty ? nil : fields.joined(separator: " ") }
}
