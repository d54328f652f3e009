import Dialects
import Synchronization
import Wire

/// The models of a configuration as clients see them, made at the first request. The whole list costs as much as a hundred other requests,
/// so without the cache, frequent requests for it would block a loop.
final class ModelListCache: Sendable {
    private let views = Mutex<[ModelView]?>(nil)
    /// By dialect: the answer to a query without restrictions.
    private let responses = Mutex<[String: Response]>([:])

    func views(_ make: () -> [ModelView]) -> [ModelView] {
        if let views = views.withLock({ $0 }) { return views }
        let made = make()
        views.withLock { $0 = made }
        return made
    }

    /// - Parameter isWhole: whether the caller's key may use all models.
    func response(_ query: ModelQuery, in dialect: String, isWhole: Bool, _ make: () -> Response) -> Response {
        guard isWhole, query == ModelQuery() else { return make() }
        if let kept = responses.withLock({ $0[dialect] }) { return kept }
        let made = make()
        responses.withLock { $0[dialect] = made }
        return made
    }
}
