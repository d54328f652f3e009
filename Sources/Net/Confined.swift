/// A value that belongs to one loop, in a Sendable box: opening it on another loop traps (thread confinement).
///
/// This is the only unchecked crossing of isolation. It is sound because the value is put in, taken out and released on the loop's
/// thread.
package final class Confined<Value>: @unchecked Sendable {
    package let loop: Loop
    private var value: Value?

    /// - Precondition: called on a loop, by code isolated to it or by synchronous code.
    package init(isolation: isolated (any Actor)? = #isolation, _ value: Value) {
        guard let loop = Loop.current else { preconditionFailure("a value can be confined only on a loop") }
        precondition(isolation == nil || isolation === loop, "another actor's state cannot be confined to the loop")
        self.loop = loop
        self.value = value
    }

    /// - Precondition: called where it was made.
    package func open(isolation: isolated (any Actor)? = #isolation) -> Value {
        precondition(loop.isCurrent && (isolation == nil || isolation === loop), "opened on another loop")
        return value!
    }

    /// The last owner may be on another thread. The value is then released on its loop.
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
