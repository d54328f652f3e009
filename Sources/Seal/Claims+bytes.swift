import Jobs
import Wire

/// The encoding of claims inside an id. Format 1: a byte 1, the fields that every job has in a fixed order, then numbered fields with their
/// lengths, so that an older program skips unknown ones. A change that an older program must not skip needs a new format.
/// Format 2: a byte 2, the dialect and the creation time of a job that is in the journal; an older program answers 404 to such an id.
extension Claims {
    private static let format: UInt8 = 1
    private static let referenceFormat: UInt8 = 2

    private enum Field: UInt64 {
        case seconds = 1
        case size = 2
        case operation = 3
        case echo = 4
        case cost = 5
    }

    package var bytes: Bytes { encoded(after: []) }

    /// Appends the claims to `head`, in one pass. Independent of the order of `echo`.
    func encoded(after head: consuming Bytes) -> Bytes {
        var writer = ClaimsWriter(after: head)
        guard !isReference else {
            writer.write(Claims.referenceFormat)
            writer.write(dialect)
            writer.write(signed: created.unix - Claims.epoch)
            return writer.bytes
        }
        writer.write(Claims.format)
        writer.write(account, remember: true)
        writer.write(vendor, remember: true)
        writer.write(model, remember: true)
        writer.write(signed: created.unix - Claims.epoch)
        writer.write(dialect)
        writer.write(requestedModel)
        writer.write(UInt64(ticket.fields.count))
        for field in ticket.fields { writer.write(field) }
        writeNumberedFields(to: &writer)
        return writer.bytes
    }

    private func writeNumberedFields(to writer: inout ClaimsWriter) {
        if let seconds { writer.write(field: Field.seconds.rawValue) { $0.write(seconds) } }
        if let size { writer.write(field: Field.size.rawValue) { $0.write(size) } }
        if operation != .generate { writer.write(field: Field.operation.rawValue) { $0.write(operation) } }
        if let cost { writer.write(field: Field.cost.rawValue) { $0.write(signed: cost.micros) } }
        guard !echo.isEmpty else { return }
        for (name, value) in echo.sorted(by: { $0.key < $1.key }) {
            writer.write(field: Field.echo.rawValue) {
                $0.write(name)
                $0.write(value)
            }
        }
    }

    /// Nil for another format, and for bytes that are too short.
    package init?(_ bytes: Slice) {
        var reader = ClaimsReader(bytes)
        let format = reader.byte()
        if format == Claims.referenceFormat {
            guard let dialect = reader.text(), let created = reader.signed(), let unix = Claims.unix(created), reader.isAtEnd else {
                return nil
            }
            self.init(referenceCreated: Timestamp(unix: unix), dialect: dialect)
            return
        }
        guard format == Claims.format, let account = reader.text(remember: true), let vendor = reader.text(remember: true),
            let model = reader.text(remember: true), let created = reader.signed(), let dialect = reader.text(),
            let requestedModel = reader.text(),
            let ticket = reader.ticket(), let unix = Claims.unix(created)
        else { return nil }
        self.init(
            account: account, vendor: vendor, model: model, ticket: ticket, created: Timestamp(unix: unix), dialect: dialect,
            requestedModel: requestedModel)
        while !reader.isAtEnd {
            guard let number = reader.number(), var field = reader.field(), read(number, from: &field) else { return nil }
        }
    }

    package init?(_ bytes: Bytes) { self.init(bytes[...]) }

    /// 2026-01-01T00:00:00Z: seconds since then take four bytes until 2030, those since 1970 take five.
    private static let epoch: Int64 = 1_767_225_600

    private static func unix(_ created: Int64) -> Int64? {
        let (unix, overflow) = created.addingReportingOverflow(epoch)
        return overflow ? nil : unix
    }

    /// False if a known field cannot be read.
    private mutating func read(_ number: UInt64, from field: inout ClaimsReader) -> Bool {
        switch Field(rawValue: number) {
        case .seconds:
            seconds = field.decimal()
            return seconds != nil
        case .size:
            size = field.text()
            return size != nil
        case .operation:
            guard let read = field.operation() else { return false }
            operation = read
        case .echo:
            guard let name = field.text(), let value = field.text() else { return false }
            echo[name] = value
        case .cost:
            cost = field.signed().map { Money(micros: $0) }
            return cost != nil
        case nil: break
        }
        return true
    }
}
