/// What is wrong with a catalog file, where, and what was probably meant.
package struct CatalogError: Error, Equatable, CustomStringConvertible {
    package var file: String
    package var line: Int
    /// The members that lead there: `models.veo-3.1.variants[1].secnds`.
    package var place: String
    package var message: String

    package var description: String { "\(file):\(line): \(place.isEmpty ? "" : place + ": ")\(message)" }
}
