import Dialects
import Jobs

/// Links are made without scheme and host if no `public_url` is configured. An answer gets the URL under which its client reached this
/// router.
extension CommandResult {
    /// - Parameter origin: scheme, host and port, without a trailing slash.
    func withAbsoluteLinks(_ origin: () -> String) -> CommandResult {
        guard hasRelativeLinks else { return self }
        return switch self {
        case .created(let view, let command): .created(view.withAbsoluteLinks(origin), command)
        case .status(let view): .status(view.withAbsoluteLinks(origin))
        case .finished(let view, let command): .finished(view.withAbsoluteLinks(origin), command)
        case .list(let views, let hasMore): .list(views.map { $0.withAbsoluteLinks(origin) }, hasMore: hasMore)
        case .deleted(let view): .deleted(view.withAbsoluteLinks(origin))
        case .cancelled(let view): .cancelled(view.withAbsoluteLinks(origin))
        case .upload(let upload): .upload(upload.withAbsoluteURL(origin))
        case .models, .model, .account: self
        }
    }

    private var hasRelativeLinks: Bool {
        switch self {
        case .created(let view, _), .finished(let view, _), .status(let view), .deleted(let view), .cancelled(let view):
            view.hasRelativeLinks
        case .list(let views, _): views.contains { $0.hasRelativeLinks }
        case .upload(let upload): upload.url.hasPrefix("/")
        case .models, .model, .account: false
        }
    }
}

extension JobView {
    func withAbsoluteLinks(_ origin: () -> String) -> JobView {
        guard hasRelativeLinks else { return self }
        var view = self
        view.links = links.map { $0.hasPrefix("/") ? origin() + $0 : $0 }
        return view
    }

    fileprivate var hasRelativeLinks: Bool { links.contains { $0.hasPrefix("/") } }
}

extension UploadView {
    fileprivate func withAbsoluteURL(_ origin: () -> String) -> UploadView {
        guard url.hasPrefix("/") else { return self }
        var upload = self
        upload.url = origin() + url
        return upload
    }
}
