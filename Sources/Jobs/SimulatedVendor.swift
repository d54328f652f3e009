import Wire

/// A vendor inside this program: it answers its own calls and renders its clips, with no network.
package protocol SimulatedVendor: Vendor {
    /// What a server would answer, given the time.
    func reply(to call: Call, now: Timestamp) -> Reply

    /// The frame and the length of the clip that a ticket stands for, whatever has become of the job; nil for what is no ticket.
    func clipFormat(of ticket: Ticket) -> (size: PixelSize?, seconds: Double)?

    /// Measures a finished clip in steps of a few milliseconds, so that other work goes on between them: the function that it returns
    /// is to be called until it returns the clip.
    /// - Parameter model: the name that the clip shows.
    /// - Throws: `.gone`, `.notReady` or `.jobFailed` where there is none.
    func measureClip(for ticket: Ticket, model: String, now: Timestamp) throws(Fault) -> () -> SimulatedClip?
}

/// A finished clip of a simulated vendor, rendered while it is read.
package struct SimulatedClip {
    package let fingerprint: String
    package let byteCount: Int
    /// Renders that part, piece by piece.
    package let makeReader: (Range<Int>) -> () -> Slice?

    package init(fingerprint: String, byteCount: Int, makeReader: @escaping (Range<Int>) -> () -> Slice?) {
        self.fingerprint = fingerprint
        self.byteCount = byteCount
        self.makeReader = makeReader
    }
}
