/// The part of the file before the media data: `ftyp`, `moov` with every size and offset, and the head of `mdat`. Players can start before
/// the end has arrived.
struct MovieHead: Sendable {
    let bytes: [UInt8]

    /// - Parameter sizes: in bytes, of the video frames without audio.
    init(_ spec: VideoSpec, _ plan: ChunkPlan, sizes: [Int]) {
        var head = Self.write(spec, plan, sizes: sizes, start: 0)
        // The offsets do not change the length of their table.
        head = Self.write(spec, plan, sizes: sizes, start: head.count)
        bytes = head
    }

    private static func write(_ spec: VideoSpec, _ plan: ChunkPlan, sizes: [Int], start: Int) -> [UInt8] {
        var writer = BoxWriter()
        writer.box("ftyp") { box in
            box.text("isom")
            box.put32(512)
            for brand in ["isom", "iso2", "avc1", "mp41"] { box.text(brand) }
        }
        let clock = MediaClock(spec.rate)
        let duration = spec.frameCount * clock.tick
        writer.box("moov") { moov in
            putMovieHeader(clock.scale, duration, tracks: plan.silence == nil ? 1 : 2, to: &moov)
            let offsets = ChunkOffsets(plan, sizes: sizes, start: start)
            VideoTrack(spec: spec, plan: plan, sizes: sizes, chunkOffsets: offsets.video, clock: clock).write(to: &moov)
            if let silence = plan.silence {
                AudioTrack(silence: silence, plan: plan, chunkOffsets: offsets.audio, duration: duration).write(to: &moov)
            }
            putNotes(spec, to: &moov)
        }
        let content = sizes.reduce(0, +) + (plan.silence?.frameCount ?? 0) * Silence.frame.count
        writer.put32(8 + content)
        writer.text("mdat")
        return writer.bytes
    }

    private static func putMovieHeader(_ scale: Int, _ duration: Int, tracks: Int, to moov: inout BoxWriter) {
        moov.full("mvhd") { box in
            box.put32(0, 0, scale, duration)
            box.put32(0x10000)  // rate 1.0
            box.put16(0x100)  // volume 1.0
            box.zeros(10)
            box.putIdentityMatrix()
            box.zeros(24)
            box.put32(tracks + 1)  // next_track_ID
        }
    }

    /// Title, tool and comment for players and file managers.
    private static func putNotes(_ spec: VideoSpec, to moov: inout BoxWriter) {
        moov.box("udta") { box in
            box.full("meta") { meta in
                meta.full("hdlr") { box in
                    box.put32(0)
                    box.text("mdirappl")
                    box.zeros(9)
                }
                meta.box("ilst") { list in
                    for (name, text) in [("nam", spec.model), ("too", "Genlock test card"), ("cmt", String(spec.prompt.prefix(240)))] {
                        putNote(name, text, to: &list)
                    }
                }
            }
        }
    }

    private static func putNote(_ name: String, _ text: String, to list: inout BoxWriter) {
        list.put32(8 + 16 + text.utf8.count)
        list.put8(0xA9)
        list.text(name)
        list.box("data") { box in
            box.put32(1, 0)  // UTF-8, any language
            box.text(text)
        }
    }
}

/// The offset of each chunk of video and of audio in the file.
struct ChunkOffsets: Sendable {
    private(set) var video: [Int] = []
    private(set) var audio: [Int] = []

    init(_ plan: ChunkPlan, sizes: [Int], start: Int) {
        var place = start
        for chunk in 0..<plan.chunkCount {
            video.append(place)
            place += sizes[plan.frames(ofChunk: chunk)].reduce(0, +)
            let sounds = plan.audioFrames(ofChunk: chunk)
            if sounds > 0 { audio.append(place) }
            place += sounds * Silence.frame.count
        }
    }
}
