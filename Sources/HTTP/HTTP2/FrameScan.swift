import Wire

/// Finds the frames in what a client sends (RFC 9113 §4.1), so that each can be judged before the library sees it: what that passes over
/// without a word is not to be passed over.
struct FrameScan {
    struct Head {
        var length = 0
        var type: UInt8 = 0
        var flags: UInt8 = 0
        var stream: Int32 = 0
    }

    /// Bytes of the preface that have not come yet.
    private var preface = HTTP2Preface.bytes.count
    private var head = Head()
    /// Bytes of the head that have come.
    private var headBytes = 0
    /// Bytes of the payload that have not come yet.
    private var payload = 0

    /// The stream of a PRIORITY frame whose payload is being read.
    private var prioritised: Int32?
    /// The payload's first four bytes as far as they have come: the stream on which that stream depends, and the exclusive flag.
    private var dependency: (value: UInt32, bytes: Int) = (0, 0)
    private var selfDependent: Int32?

    private static let headLength = 9
    private static let priorityType: UInt8 = 2

    /// How many of the bytes belong together: up to the end of the preface, of a frame, or of the input.
    /// - Returns: with it the head of the frame that becomes known by them.
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

    /// The stream of a PRIORITY frame that names the stream itself as its parent, once.
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
        case 5: head.stream = Int32(byte & 127)  // The first bit is reserved, and not looked at.
        default: head.stream = head.stream << 8 | Int32(byte)
        }
        headBytes += 1
    }
}
