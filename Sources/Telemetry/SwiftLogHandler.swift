import Logging

/// The backend of swift-log: writes what packages log in the format of our own lines.
struct SwiftLogHandler: LogHandler {
    let label: String
    let log: Log
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { _, new in new } }
        if let eventMetadata = event.metadata { all.merge(eventMetadata) { _, new in new } }
        log.write(Telemetry.Level(event.level), event.message.description) { entry in
            entry.add("logger", label)
            for (name, value) in all.sorted(by: { $0.key < $1.key }) { entry.add(name, "\(value)") }
            if let error = event.error { entry.add("error", "\(error)") }
        }
    }
}

extension Telemetry.Level {
    init(_ level: Logger.Level) { self = Telemetry.Level(rawValue: level.rawValue) ?? .info }
}
