/// Writes the boxes of an MP4 file (ISO/IEC 14496-12): size, type, content, big-endian.
struct BoxWriter: Sendable {
    private(set) var bytes: [UInt8] = []

    mutating func box(_ type: String, _ content: (inout BoxWriter) -> Void) {
        let start = bytes.count
        put32(0)
        text(type)
        content(&self)
        let size = bytes.count - start
        for place in 0..<4 { bytes[start + place] = UInt8(truncatingIfNeeded: size >> (24 - 8 * place)) }
    }

    /// A box with version 0 and flags.
    mutating func full(_ type: String, flags: Int = 0, _ content: (inout BoxWriter) -> Void) {
        box(type) { box in
            box.put32(flags)
            content(&box)
        }
    }

    mutating func put8(_ values: Int...) { for value in values { bytes.append(UInt8(truncatingIfNeeded: value)) } }

    mutating func put16(_ values: Int...) { for value in values { put8(value >> 8, value) } }

    mutating func put32(_ values: Int...) { for value in values { put8(value >> 24, value >> 16, value >> 8, value) } }

    mutating func zeros(_ count: Int) { bytes.append(contentsOf: repeatElement(0, count: count)) }

    mutating func text(_ text: String) { bytes.append(contentsOf: text.utf8) }

    mutating func raw(_ content: [UInt8]) { bytes.append(contentsOf: content) }

    // MARK: Tracks

    mutating func putIdentityMatrix() { put32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x4000_0000) }

    /// Writes a track's header and media header; `duration` in the movie's clock, `length` in the track's.
    mutating func putTrackHeaders(id: Int, duration: Int, volume: Int, width: Int, height: Int) {
        full("tkhd", flags: 3) { box in
            box.put32(0, 0, id, 0, duration)
            box.zeros(8)
            box.put16(0, 0, volume, 0)
            box.putIdentityMatrix()
            box.put32(width << 16, height << 16)
        }
    }

    mutating func putMediaHeaders(scale: Int, length: Int, kind: String, name: String) {
        full("mdhd") { box in
            box.put32(0, 0, scale, length)
            box.put16(0x55C4, 0)  // language: undetermined
        }
        full("hdlr") { box in
            box.put32(0)
            box.text(kind)
            box.zeros(12)
            box.text(name)
            box.put8(0)
        }
    }

    /// `dinf`: the content is in this file.
    mutating func putSelfContainedDataReference() {
        box("dinf") { box in
            box.full("dref") { box in
                box.put32(1)
                box.full("url ", flags: 1) { _ in }
            }
        }
    }

    /// `stsc`: runs of chunks with equally many samples.
    mutating func putSamplesPerChunk(_ counts: [Int]) {
        var runs: [(first: Int, count: Int)] = []
        for (index, count) in counts.enumerated() where runs.last?.count != count { runs.append((index + 1, count)) }
        full("stsc") { box in
            box.put32(runs.count)
            for run in runs { box.put32(run.first, run.count, 1) }
        }
    }

    mutating func putChunkOffsets(_ places: [Int]) {
        full("stco") { box in
            box.put32(places.count)
            for place in places { box.put32(place) }
        }
    }
}
