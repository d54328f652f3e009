import CNghttp2

/// The installed libnghttp2, checked once at start.
///
/// Debian's 1.52.0 must have its security fixes (1.52.0-1+deb12u3). Two of them add functions that this program calls, so it does not start
/// without them: the limits on stream resets (u1) and on CONTINUATION frames (u2). The third (CVE-2026-27135) only affects reading on after
/// a session has failed, which `HTTP2Session` never does.
package enum HTTP2Library {
    /// The oldest tested version.
    private static let minVersion: Int32 = 0x01_34_00

    /// Nil if the library can be used, else a message for the operator.
    package static func incompatibility() -> String? {
        guard nghttp2_version(minVersion) == nil else { return nil }
        return "libnghttp2 \(version) is installed; 1.52.0 or later is needed (Debian: libnghttp2-14 1.52.0-1+deb12u3)."
    }

    /// For example `1.52.0`.
    package static var version: String {
        guard let info = nghttp2_version(0) else { return "unknown" }
        return String(cString: info.pointee.version_str)
    }
}
