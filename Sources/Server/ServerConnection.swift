/// Whoever is on a station's list: one connection in one of its lives.
protocol ServerConnection: AnyObject {
    /// Where it stands in the list.
    var index: Int { get set }

    /// Whether it was given an answer already.
    var hasServed: Bool { get }

    /// Tells the client, where the protocol has a word for it, that no new request will be taken. What is on its way still is.
    func announceShutdown()

    /// Closes what nobody would miss. A request that has arrived, even if unread, is still answered.
    /// - Returns: whether it was closed.
    @discardableResult
    func closeIfIdle() -> Bool

    func abort()
}

extension ServerConnection {
    func announceShutdown() {}
}
