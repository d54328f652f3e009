import CNghttp2

/// The installed libnghttp2, which is asked once at start.
///
/// Debian's 1.52.0 is served with its security repairs (1.52.0-1+deb12u3). Two of them are functions that this program calls, so it does
/// not even start with a library that lacks them: the limit on stream resets (u1) and that on CONTINUATION frames (u2). The third
/// (CVE-2026-27135) is a fault that is only met by reading on after a session was given up, which `HTTP2Session` never does.
package enum HTTP2Library {
    /// The oldest version whose behaviour is known here.
    private static let minVersion: Int32 = 0x01_34_00

    /// Nil if the library will do, else a sentence for the operator.
    package static func incompatibility() -> String? {
        guard nghttp2_version(minVersion) == nil else { return nil }
        return "libnghttp2 \(version) is installed; 1.52.0 or later is needed (Debian: libnghttp2-14 1.52.0-1+deb12u3)."
    }

    /// Such as `1.52.0`.
    package static var version: String {
        guard let info = nghttp2_version(0) else { return "unknown" }
        return String(cString: info.pointee.version_str)
    }
}
