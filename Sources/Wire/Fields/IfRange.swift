/// The condition of a range request: that the body has not changed since the client got its first part (RFC 9110 §13.1.5).
package enum IfRange: Sendable, Hashable {
    case tag(EntityTag)
    case date(Timestamp)

    /// Nil if the field is neither a tag nor a date; the response is the whole body then, as if the condition were false.
    package init?(field: String) {
        if let tag = EntityTag(field: field) {
            self = .tag(tag)
        } else if let date = Timestamp(httpDate: field) {
            self = .date(date)
        } else {
            return nil
        }
    }

    /// Whether the range may be sent: tags must match strongly, dates exactly.
    package func matches(tag: EntityTag?, lastModified: Timestamp?) -> Bool {
        switch self {
        case .tag(let wanted): tag.map(wanted.isStrongMatch) ?? false
        case .date(let date): lastModified?.unix == date.unix
        }
    }
}
