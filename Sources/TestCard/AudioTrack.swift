/// The `trak` box of the silent audio.
struct AudioTrack {
    let silence: Silence
    let plan: ChunkPlan
    let chunkOffsets: [Int]
    /// In units of the movie's clock.
    let duration: Int

    func write(to moov: inout BoxWriter) {
        moov.box("trak") { trak in
            trak.putTrackHeaders(id: 2, duration: duration, volume: 0x100, width: 0, height: 0)
            trak.box("mdia") { media in
                media.putMediaHeaders(
                    scale: Silence.sampleRate, length: silence.sampleCount, kind: "soun", name: "Genlock test card, silence")
                media.box("minf") { info in
                    info.full("smhd") { $0.zeros(4) }
                    info.putSelfContainedDataReference()
                    info.box("stbl") { putTables(to: &$0) }
                }
            }
        }
    }

    private func putTables(to table: inout BoxWriter) {
        table.full("stsd") { box in
            box.put32(1)
            putEntry(to: &box)
        }
        let rest = silence.sampleCount - (silence.frameCount - 1) * Silence.samplesPerFrame
        table.full("stts") { box in
            let whole = silence.frameCount - 1
            box.put32(whole > 0 ? 2 : 1)
            if whole > 0 { box.put32(whole, Silence.samplesPerFrame) }
            box.put32(1, rest)
        }
        table.putSamplesPerChunk((0..<plan.chunkCount).map { plan.audioFrames(ofChunk: $0) }.filter { $0 > 0 })
        table.full("stsz") { $0.put32(Silence.frame.count, silence.frameCount) }
        table.putChunkOffsets(chunkOffsets)
    }

    private func putEntry(to box: inout BoxWriter) {
        box.box("mp4a") { entry in
            entry.zeros(6)
            entry.put16(1)  // data_reference_index
            entry.zeros(8)
            entry.put16(1, 16)  // one channel, 16 bits
            entry.zeros(4)
            entry.put32(Silence.sampleRate << 16)
            entry.full("esds") { putDescriptors(to: &$0) }
        }
    }

    /// `ES_Descriptor`, `DecoderConfigDescriptor`, `DecoderSpecificInfo`, `SLConfigDescriptor` (ISO/IEC 14496-1, 7.2.6).
    private func putDescriptors(to box: inout BoxWriter) {
        let specific = Silence.configuration
        let bitRate = Silence.frame.count * 8 * Silence.sampleRate / Silence.samplesPerFrame
        box.put8(3, 3 + 2 + 13 + 2 + specific.count + 3)
        box.put16(2)
        box.put8(0)
        box.put8(4, 13 + 2 + specific.count)
        box.put8(0x40, 0x15)  // MPEG-4 audio stream
        box.zeros(3)
        box.put32(bitRate, bitRate)
        box.put8(5, specific.count)
        box.raw(specific)
        box.put8(6, 1, 2)
    }
}

/// A silent AAC-LC track: one constant frame for each 1,024 samples (ISO/IEC 14496-3, 4.4.2).
struct Silence: Sendable {
    static let sampleRate = 48_000
    static let samplesPerFrame = 1024
    /// `raw_data_block`: one mono channel without spectral bands, then the end mark.
    static let frame: [UInt8] = [0x01, 0x18, 0x00, 0x07]
    /// `AudioSpecificConfig`: AAC-LC, 48 kHz, mono.
    static let configuration: [UInt8] = [0x11, 0x88]

    /// Samples in the video, and the frames that contain them; the last frame may be used in part.
    let sampleCount: Int
    let frameCount: Int

    init(_ spec: VideoSpec) {
        sampleCount = Self.samples(spec, until: spec.frameCount)
        frameCount = (sampleCount + Self.samplesPerFrame - 1) / Self.samplesPerFrame
    }

    /// How many audio frames come before that video frame in the file.
    func frames(_ spec: VideoSpec, until frame: Int) -> Int {
        frame >= spec.frameCount ? frameCount : Self.samples(spec, until: frame) / Self.samplesPerFrame
    }

    private static func samples(_ spec: VideoSpec, until frame: Int) -> Int {
        frame * spec.rate.seconds * sampleRate / spec.rate.frames
    }
}
