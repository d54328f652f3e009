/// A rectangle of the frame in pixels, from the top left corner.
struct Area: Sendable, Equatable {
    var x: Range<Int>
    var y: Range<Int>

    init(_ x: Range<Int>, _ y: Range<Int>) {
        self.x = x
        self.y = y
    }
}
