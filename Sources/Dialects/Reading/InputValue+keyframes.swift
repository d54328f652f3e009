import Jobs
import Wire

extension InputValue {
    /// Images at seconds of the video: `[{"image_url": "https://…", "timestamp": 2.5}]`. xAI calls the second `timestamp`, Runway
    /// `seconds`. The image may have any of the names that `medium` reads.
    func keyframes() throws(Fault) -> [InputMedia] {
        guard let elements, !elements.isEmpty else { throw wrongType("a list of objects with 'image_url' and 'timestamp'") }
        var media: [InputMedia] = []
        for element in elements {
            guard var fields = element.fields else { throw element.wrongType("an object with 'image_url' and 'timestamp'") }
            guard let name = InputValue.times.first(where: fields.has), let time = fields.take(name) else {
                throw element.wrongValue("'\(element.param)' must have a 'timestamp': the second of the clip that its image belongs to.")
            }
            let second = try time.number()
            guard second >= 0 else { throw time.wrongValue("'\(time.param)' must be 0 or more seconds.") }
            media.append(try element.medium(.keyframe(second), .image))
        }
        return media
    }

    private static let times = ["timestamp", "timestamp_s", "seconds", "second", "time"]

    /// Named references: `[{"id": "hero", "images": ["https://…"]}]`. The prompt refers to them as `@hero`.
    func subjects() throws(Fault) -> [InputMedia] {
        guard let elements, !elements.isEmpty else { throw wrongType("a list of objects with 'id' and 'images'") }
        var media: [InputMedia] = []
        for element in elements {
            guard var fields = element.fields else { throw element.wrongType("an object with 'id' and 'images'") }
            guard let name = try (fields.take("id") ?? fields.take("name"))?.word(), !name.isEmpty else {
                throw element.wrongValue("'\(element.param)' must have an 'id': the name that follows '@' in the prompt.")
            }
            guard !media.contains(where: { $0.subject?.name == name }) else {
                throw element.wrongValue("'\(element.param)' has the id of another subject; give each its own.")
            }
            let places = ["images", "image_urls", "image", "image_url"]
            let images = places.first(where: fields.has).flatMap { fields.take($0) }
            guard let shown = try images?.media(.reference, others: .reference, .image), !shown.isEmpty else {
                throw element.wrongValue("'\(element.param)' must have 'images': at least one image of the subject.")
            }
            if let other = fields.untaken.first?.input {
                throw other.wrongValue("'\(other.param)' is not supported: a subject has 'id' and 'images'.")
            }
            for var medium in shown {
                medium.subject = InputMedia.Subject(name: name)
                media.append(medium)
            }
        }
        return media
    }
}
