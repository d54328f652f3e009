/// All that stands before the pictures in the file: `ftyp`, `moov` with every size and place, and the head of `mdat`. Players can start
/// before the end is there.
struct MovieHead: Sendable {
    let bytes: [UInt8]

    /// `sizes` are those of the pictures alone, without sound.
    init(_ picture: Picture, _ plan: Plan, sizes: [Int]) {
        var head = Self.write(picture, plan, sizes, start: 0)
        // The places do not change the length of their table.
        head = Self.write(picture, plan, sizes, start: head.count)
        bytes = head
    }

    private static func write(_ picture: Picture, _ plan: Plan, _ sizes: [Int], start: Int) -> [UInt8] {
        var writer = BoxWriter()
        writer.box("ftyp") { box in
            box.text("isom")
            box.put32(512)
            for brand in ["isom", "iso2", "avc1", "mp41"] { box.text(brand) }
        }
        let clock = MediaClock(picture.rate)
        let duration = picture.frameCount * clock.tick
        writer.box("moov") { moov in
            putMovieHeader(clock.scale, duration, tracks: plan.silence == nil ? 1 : 2, to: &moov)
            let places = ChunkPlaces(plan, sizes: sizes, start: start)
            VideoTrack(picture: picture, plan: plan, sizes: sizes, places: places.video, clock: clock).write(to: &moov)
            if let silence = plan.silence {
                SoundTrack(silence: silence, plan: plan, places: places.sound, duration: duration).write(to: &moov)
            }
            putNotes(picture, to: &moov)
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

    /// Title, tool and comment as players and file managers show them.
    private static func putNotes(_ picture: Picture, to moov: inout BoxWriter) {
        moov.box("udta") { box in
            box.full("meta") { meta in
                meta.full("hdlr") { box in
                    box.put32(0)
                    box.text("mdirappl")
                    box.zeros(9)
                }
                meta.box("ilst") { list in
                    for (name, text) in [("nam", picture.model), ("too", "Genlock test card"), ("cmt", String(picture.prompt.prefix(240)))]
                    {
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
