/// A value that belongs to one loop, in a box that may travel: it opens on that loop only, else it traps.
///
/// This is the one unchecked crossing of isolation: sound because the value goes in on the loop's thread, comes out on the
/// same thread, and is given up there too.
package final class Confined<Value>: @unchecked Sendable {
    package let loop: Loop
    private var value: Value?

    /// - Precondition: called on a loop, by code isolated to it or by synchronous code.
    package init(isolation: isolated (any Actor)? = #isolation, _ value: Value) {
        guard let loop = Loop.current else { preconditionFailure("only a loop can confine a value") }
        precondition(isolation == nil || isolation === loop, "another actor's state cannot be confined to the loop")
        self.loop = loop
        self.value = value
    }

    /// - Precondition: called where it was made.
    package func open(isolation: isolated (any Actor)? = #isolation) -> Value {
        precondition(loop.isCurrent && (isolation == nil || isolation === loop), "opened on another loop")
        return value!
    }

    /// The last owner may be elsewhere. The value then goes home alone: no reference to it stays behind on this thread.
    deinit {
        guard !loop.isCurrent else { return }
        let parcel = UInt(bitPattern: Unmanaged.passRetained(Box(value)).toOpaque())
        value = nil
        loop.spawn { _ in Unmanaged<Box>.fromOpaque(UnsafeRawPointer(bitPattern: parcel)!).release() }
    }

    private final class Box {
        let value: Value?

        init(_ value: Value?) {
            self.value = value
        }
    }
}
