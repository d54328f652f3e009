import Jobs
import Wire

extension JSONWriter {
    /// A writer with memory for a job as any API shows it.
    init(for view: JobView) { self.init(capacity: 768 + (view.prompt?.utf8.count ?? 0)) }

    /// The member `warnings`; nothing if there are none, so that the answer then has exactly the members of its API.
    mutating func warnings(of view: JobView) {
        guard !view.warnings.isEmpty else { return }
        beginArray("warnings")
        for warning in view.warnings {
            beginObject()
            member("param", warning.param)
            member("message", warning.message)
            endObject()
        }
        endArray()
    }

    /// A member that is an array of objects, each with one member: the text by the name `inner`.
    mutating func objects(_ name: StaticString, _ texts: [String], as inner: StaticString) {
        beginArray(name)
        for text in texts {
            beginObject()
            member(inner, text)
            endObject()
        }
        endArray()
    }
}
