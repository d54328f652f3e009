import Wire

/// A place for one file of a caller (`POST /v1/upload` of LTX, for example).
package struct UploadView: Sendable {
    /// The URL for the PUT request; its signature replaces a key.
    package var url: String
    /// The id by which a job refers to the file, without a scheme: `upl_abc123`.
    package var id: String
    package var expires: Timestamp
    /// The signature in `url`, for APIs that put it elsewhere: the URL without its query accepts it as one more path segment, followed by a
    /// file name.
    package var signature = ""
    /// Header fields that the PUT request needs besides its content type.
    package var headers: [(name: HeaderName, value: String)] = []

    package init(url: String, id: String, expires: Timestamp) {
        self.url = url
        self.id = id
        self.expires = expires
    }
}
