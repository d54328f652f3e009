import Configuration
import Wire

/// A picture named on the command line: a URL is passed on, a file travels as a data URI.
enum MediumArgument {
    static func value(_ place: String) throws(Complaint) -> JSONValue {
        if place.hasPrefix("http://") || place.hasPrefix("https://") || place.hasPrefix("data:") { return .string(place) }
        let bytes: Bytes
        do throws(ConfigurationFile.Failure) {
            bytes = try ConfigurationFile.bytes(at: place, atMost: Limits().fetchedBytes)
        } catch {
            throw Complaint(.badInput, "\(place) cannot be read: \(error.reason)")
        }
        guard let type = Sniff.type(of: bytes[...]) else {
            throw Complaint(.badInput, "\(place) is not a picture, clip or sound of a known format")
        }
        return .dataURI(type, bytes[...])
    }
}
