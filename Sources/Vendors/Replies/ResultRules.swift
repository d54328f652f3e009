import Jobs
import Wire

/// Where the reply about a finished job has its results.
struct ResultRules: Sendable {
    var videos: [JSONPath] = []
    /// Where the formats of the videos stand, in the same order: `mp4`.
    var formats: [JSONPath] = []
    var thumbnails: [JSONPath] = []
    var lastFrames: [JSONPath] = []
    /// Whether URLs need the account's key.
    var needsKey = false
    /// Whether a job that is done without a video was moderated.
    var empty = Empty.failed

    enum Empty: Sendable {
        case failed, moderated
        /// It was where one of these places has this value.
        case moderatedWhere([(path: JSONPath, value: String)])
    }

    /// The videos first; empty if there is no video.
    func assets(in json: JSON) -> [Asset] {
        let videos = videos(in: json)
        return videos.isEmpty ? [] : videos + others(in: json)
    }

    /// What a job has beside its videos.
    func others(in json: JSON) -> [Asset] {
        assets(.thumbnail, thumbnails, json: json) + assets(.lastFrame, lastFrames, json: json)
    }

    func isModerated(_ json: JSON) -> Bool {
        switch empty {
        case .failed: false
        case .moderated: true
        case .moderatedWhere(let places):
            places.contains { place in
                place.path.values(in: json).contains { ($0.string ?? $0.numberText ?? $0.bool.map { String($0) }) == place.value }
            }
        }
    }

    private func videos(in json: JSON) -> [Asset] {
        var videos = assets(.video, videos, json: json)
        let formats = formats.flatMap { $0.values(in: json) }.map(\.string)
        guard formats.count == videos.count else { return videos }
        for place in videos.indices { videos[place].type = formats[place].flatMap { MediaType(nameIn: "." + $0) } }
        return videos
    }

    private func assets(_ kind: Asset.Kind, _ paths: [JSONPath], json: JSON) -> [Asset] {
        let urls = paths.lazy.map { $0.values(in: json).compactMap(\.string).filter { $0.contains("://") } }.first { !$0.isEmpty } ?? []
        return urls.map { Asset(kind, .url($0, credentials: needsKey)) }
    }
}
