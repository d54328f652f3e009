import Wire

/// Finds the frames in the input of a client (RFC 9113 §4.1), so that each can be checked before libnghttp2 gets it: the library silently
/// ignores frames that must be errors.
struct FrameScan {
    struct Head {
        var length = 0
        var type: UInt8 = 0
        var flags: UInt8 = 0
        var stream: Int32 = 0
    }

    /// Bytes of the preface still missing.
    private var preface = HTTP2Preface.bytes.count
    private var head = Head()
    /// Bytes of the frame header received.
    private var headBytes = 0
    /// Bytes of the payload still missing.
    private var payload = 0

    /// The stream of a PRIORITY frame whose payload is being read.
    private var prioritised: Int32?
    /// The first four bytes of its payload received so far: the exclusive flag and the parent stream.
    private var dependency: (value: UInt32, bytes: Int) = (0, 0)
    private var selfDependent: Int32?

    private static let headLength = 9
    private static let priorityType: UInt8 = 2

    /// How many bytes to pass on: up to the end of the preface, of a frame, or of the input.
    /// - Returns: also the header of the frame, if these bytes complete it.
    mutating func next(_ bytes: Slice) -> (count: Int, head: Head?) {
        if preface > 0 {
            let count = min(preface, bytes.count)
            preface -= count
            return (count, nil)
        }
        var count = 0
        var found: Head?
        if payload == 0 {
            while headBytes < FrameScan.headLength, count < bytes.count {
                take(bytes[bytes.startIndex + count])
                count += 1
            }
            guard headBytes == FrameScan.headLength else { return (count, nil) }
            found = head
            payload = head.length
            prioritised = head.type == FrameScan.priorityType ? head.stream : nil
            dependency = (0, 0)
            (head, headBytes) = (Head(), 0)
        }
        let rest = min(payload, bytes.count - count)
        if let prioritised { takeDependency(of: prioritised, bytes.dropFirst(count).prefix(rest)) }
        payload -= rest
        return (count + rest, found)
    }

    /// The stream of a PRIORITY frame that names itself as its parent; returned once.
    mutating func takeSelfDependent() -> Int32? { selfDependent.take() }

    private mutating func takeDependency(of stream: Int32, _ bytes: Slice) {
        for byte in bytes.prefix(4 - dependency.bytes) { dependency = (dependency.value << 8 | UInt32(byte), dependency.bytes + 1) }
        guard dependency.bytes == 4 else { return }
        prioritised = nil
        if Int32(dependency.value & 0x7FFF_FFFF) == stream { selfDependent = stream }
    }

    private mutating func take(_ byte: UInt8) {
        switch headBytes {
        case 0...2: head.length = head.length << 8 | Int(byte)
        case 3: head.type = byte
        case 4: head.flags = byte
        case 5: head.stream = Int32(byte & 127)  // The first bit is reserved and ignored.
        default: head.stream = head.stream << 8 | Int32(byte)
        }
        headBytes += 1
    }
}
