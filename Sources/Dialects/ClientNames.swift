/// The client's names for the neutral parameters that it sent: `["seconds": "duration", "audio": "generate_audio"]`. There are a few at
/// most, so comparing costs less than hashing.
package struct ClientNames: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    private var pairs: [(neutral: String, client: String)] = []

    package init() {}

    package init(dictionaryLiteral elements: (String, String)...) {
        for (neutral, client) in elements { self[neutral] = client }
    }

    package subscript(neutral: String) -> String? {
        get { pairs.first { $0.neutral == neutral }?.client }
        set {
            let place = pairs.firstIndex { $0.neutral == neutral }
            switch (place, newValue) {
            case (let place?, let client?): pairs[place].client = client
            case (let place?, nil): pairs.remove(at: place)
            case (nil, let client?): pairs.append((neutral, client))
            case (nil, nil): return
            }
        }
    }

    package static func == (left: ClientNames, right: ClientNames) -> Bool {
        left.pairs.count == right.pairs.count && left.pairs.allSatisfy { right[$0.neutral] == $0.client }
    }
}
