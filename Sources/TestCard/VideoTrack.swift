/// The `trak` box of the video: H.264 with its parameter sets and the tables of sizes, offsets and key frames (ISO/IEC 14496-12 and -15).
struct VideoTrack {
    let spec: VideoSpec
    let plan: ChunkPlan
    let sizes: [Int]
    let chunkOffsets: [Int]
    let clock: MediaClock

    func write(to moov: inout BoxWriter) {
        let length = spec.frameCount * clock.tick
        moov.box("trak") { trak in
            trak.putTrackHeaders(id: 1, duration: length, volume: 0, width: spec.width, height: spec.height)
            trak.box("mdia") { media in
                media.putMediaHeaders(scale: clock.scale, length: length, kind: "vide", name: "Genlock test card, picture")
                media.box("minf") { info in
                    info.full("vmhd", flags: 1) { $0.zeros(8) }
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
        table.full("stts") { $0.put32(1, spec.frameCount, clock.tick) }
        table.full("stss") { box in
            let seekable = stride(from: 1, through: spec.frameCount, by: plan.framesPerGroup)
            box.put32(Array(seekable).count)
            for number in seekable { box.put32(number) }
        }
        table.putSamplesPerChunk((0..<plan.chunkCount).map { plan.frames(ofChunk: $0).count })
        table.full("stsz") { box in
            box.put32(0, sizes.count)
            for size in sizes { box.put32(size) }
        }
        table.putChunkOffsets(chunkOffsets)
    }

    private func putEntry(to box: inout BoxWriter) {
        box.box("avc1") { entry in
            entry.zeros(6)
            entry.put16(1)  // data_reference_index
            entry.zeros(16)
            entry.put16(spec.width, spec.height)
            entry.put32(0x48_0000, 0x48_0000, 0)  // 72 dpi
            entry.put16(1)  // frames in a sample
            entry.zeros(32)  // compressorname
            entry.put16(0x18, 0xFFFF)  // depth, pre_defined
            putConfiguration(to: &entry)
            entry.box("colr") { box in
                box.text("nclx")
                box.put16(1, 1, 1)  // BT.709
                box.put8(0)  // limited range
            }
            entry.box("pasp") { $0.put32(1, 1) }
        }
    }

    private func putConfiguration(to entry: inout BoxWriter) {
        let sets = ParameterSets(spec)
        entry.box("avcC") { box in
            box.put8(1, Int(ParameterSets.profile), Int(ParameterSets.constraints), Int(sets.level))
            box.put8(0xFF)  // lengths of four bytes
            box.put8(0xE1)  // one sequence parameter set
            box.put16(sets.sps.count)
            box.raw(sets.sps)
            box.put8(1)
            box.put16(sets.pps.count)
            box.raw(sets.pps)
        }
    }
}
