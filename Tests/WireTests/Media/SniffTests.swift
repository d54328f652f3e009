import Testing
import Wire

@Suite struct SniffTests {
    private func bytes(_ hex: String) throws -> Slice { try #require(Hex.bytes(hex.filter { $0 != " " }))[...] }

    @Test(arguments: [
        // Heads of files that ffmpeg 5.1 wrote.
        ("89504e470d0a1a0a 0000000d49484452", MediaType.png),
        ("ffd8ffe000104a464946", .jpeg),
        ("47494638396142 01b200", .gif),
        ("52494646a40b0000 5745425056503820", .webp),
        ("424da2b4010000000000360000002800000042010000b2000000", .bmp),
        ("49492a00e7040200", .tiff),
        ("00000020667479706176696600000000617669666d696631", .avif),
        ("000000206674797069736f6d0000020069736f6d69736f32617663316d703431", .mp4),
        ("00000014667479707174202000000200 71742020", .mov),
        ("0000001c6674797033677034000002003367703469736f6d69736f32", .threeGPP),
        ("0000001c667479704d344120000002004d34412069736f6d69736f32", .m4a),
        ("1a45dfa39f4286810142f7810142f2810442f381084282847765626d", .webm),
        ("1a45dfa3a34286810142f7810142f2810442f381084282886d6174726f736b61", .mkv),
        ("52494646f26b0000415649204c495354", .avi),
        ("4f676753000200000000000000000d56977a0000000049ed8392011e01766f72626973", .ogg),
        ("4f67675300020000000000000000422fe937000000000f72cdd0012a807468656f7261", .oggVideo),
        ("52494646a267000057415645666d7420", .wav),
        ("52463634ffffffff57415645 64733634", .wav),
        ("664c614300000022", .flac),
        ("49443304000000000023", .mp3),
        ("fffb50c400000a2c", .mp3),
        ("fff15040213ffcde", .aac),
        // Written by hand from the formats' descriptions.
        ("4d4d002a00000008", .tiff),
        ("4749463837612a002a00", .gif),
        ("0000001866747970686569630000000068656963 6d696631", .heic),
        ("00000018667479706d6966310000000068656963 6d696631", .heic),
        ("0000001c667479706d69663100000000 6d696631 61766966 6d696166", .avif),
        ("0000001066747970 58414243 00000000", .mp4),
        ("000000086d6f6f76 0000006c", .mov),
        ("00001000 6d646174", .mov),
        ("fff38064", .mp3),
    ])
    func `a file is known by its first bytes`(hex: String, type: MediaType) throws {
        #expect(Sniff.type(of: try bytes(hex)) == type)
        let inside = Bytes([1, 2, 3]) + (try bytes(hex))
        #expect(Sniff.type(of: inside.dropFirst(3)) == type)
    }

    @Test(arguments: [
        "", "00", "ff", "ffd8", "89504e470d0a1a", "474946383861", "52494646", "52494646a40b000058585858", "424d",
        "424da2b401000000000036000000ffffffff",
        "1a45dfa3a3", "1a45dfa3a342868101428282786d", "fffe4100", "ffe0ff00", "fffbf0c4", "fffb00c4", "fffb5cc4", "ffebe0c4",
        "3c737667", "255044462d", "7b22", "00000000",
    ])
    func `other bytes are not guessed at`(hex: String) throws {
        #expect(Sniff.type(of: try bytes(hex)) == nil)
    }

    @Test func `a brand after the end of the first box is ignored`() throws {
        #expect(Sniff.type(of: try bytes("00000010667479706d69663100000000 6176696661766966")) == .heic)
    }

    @Test(arguments: [
        ("89504e470d0a1a0a0000000d4948445200000142000000b20802", "322x178"),
        ("4749463839614201b200f71f", "322x178"),
        ("424da2b4010000000000360000002800000042010000b200000001001800", "322x178"),
        ("424da2b401000000000036000000280000004201000 04effffff01001800", "322x178"),
        ("424da2b40100000000001a0000000c0000004201b20001001800", "322x178"),
        ("52494646a40b00005745425056503820980b0000904b009d012a4201b2003e91", "322x178"),
        ("52494646a40b00005745425056503820980b0000904b009d012a4241b2c03e91", "322x178"),
        ("52494646e8030000574542505650384cdc0300002f41412c00060a90", "322x178"),
        ("52494646400b000057454250565038580a00000010000000410100b10000414c5048", "322x178"),
        ("ffd8ffe000104a46494600010200000100010000fffe0004abcdffc000110800b20142030122", "322x178"),
        ("ffd8ffffffe00002ff01ffc2000b0800b2014201012200", "322x178"),
        ("ffd8ffd0ff01ffd7ffc0000b0800b2014201012200", "322x178"),
        ("ffd8ffc40002ffc80002ffcc0002ffc1000b0800b2014201012200", "322x178"),
    ])
    func `the size of an image is read from its header`(hex: String, size: String) throws {
        #expect(Sniff.size(of: try bytes(hex))?.description == size)
    }

    @Test(arguments: [
        "89504e470d0a1a0a0000000d49484452000001420000", "89504e470d0a1a0a0000000d4948445200000000000000b2",
        "89504e470d0a1a0a0000000d4344415400000142000000b2",
        "ffd8ffe00010", "ffd8ffe00001ffc000110800b20142", "ffd8ffda0002ffc000110800b20142", "ffd8ffd9ffc000110800b20142",
        "ffd8ffe00002aac000110800b20142",
        "ffd8ffc00011080000014203", "52494646a40b00005745425056503820980b0000904b00ff012a4201b2003e91",
        "52494646e8030000574542505650384cdc0300002e41412c00",
        "52494646e80300005745425041424344dc0300002f41412c00", "000000206674797069736f6d0000020069736f6d69736f32617663316d703431", "",
    ])
    func `an image without a size in its header has none`(hex: String) throws {
        #expect(Sniff.size(of: try bytes(hex)) == nil)
    }

    @Test func `a JPEG of fill bytes alone terminates`() {
        #expect(Sniff.size(of: ([0xFF, 0xD8] + Bytes(repeating: 0xFF, count: 100_000))[...]) == nil)
        #expect(Sniff.size(of: ([0xFF, 0xD8] + Bytes(repeating: 0xFF, count: 2000) + Hex.bytes("c000110800b20142")!)[...]) == nil)
    }

    @Test func `no bytes at all crash the reader`() {
        var random = SeededRandom()
        let heads = [
            "89504e470d0a1a0a0000000d49484452", "ffd8ff", "52494646a40b000057454250565038", "424da2b401000000000036000000",
            "0000", "1a45dfa3",
        ]
        for round in 0..<3000 {
            let head = Hex.bytes(heads[round % heads.count]) ?? []
            let bytes = head + random.bytes(Int.random(in: 0...40, using: &random))
            if let size = Sniff.size(of: bytes[...]) {
                #expect(size.width > 0 && size.height > 0, "\(random) round \(round)")
            }
        }
    }
}
