/// Whoever is on a station's list: one connection in one of its lives.
protocol Guest: AnyObject {
    /// Where it stands in the list.
    var place: Int { get set }

    /// Whether it was given an answer already: a drain has more patience with whoever was not.
    var hasServed: Bool { get }

    /// Closes what nobody would miss. A request that has arrived, even if unread, is still answered.
    func closeIfIdle()

    func abort()
}
