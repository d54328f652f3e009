import Testing

@testable import Wire

struct ByteScanTests {
    @Test func `a forbidden byte is found at every place and every distance from the end`() {
        for byte in UInt8.min...UInt8.max {
            for length in 1...20 {
                for place in 0..<length {
                    var bytes = Bytes(repeating: 0x61, count: length)
                    bytes[place] = byte
                    #expect(ByteScan.endOfValue(bytes.span, from: 0) == (Headers.isValueByte(byte) ? length : place), "\(byte) at \(place)")
                }
            }
        }
    }

    @Test func `values with tabs and high bytes are passed over whole`() {
        let bytes = Bytes("a\tb\u{FC}\t\t\u{20AC} cdefgh\tijk\u{10FFFF}lmnop\r\n".utf8)
        #expect(ByteScan.endOfValue(bytes.span, from: 0) == bytes.count - 2)
    }

    @Test func `letters are lowered and nothing else is changed`() {
        let all = Bytes(UInt8.min...UInt8.max)
        for start in 0..<9 {
            var bytes = all
            var span = bytes.mutableSpan
            ByteScan.lower(&span, start..<200)
            for place in all.indices {
                let isCapital = (0x41...0x5A).contains(all[place]) && place >= start && place < 200
                #expect(bytes[place] == (isCapital ? all[place] + 32 : all[place]), "\(place) from \(start)")
            }
        }
    }
}
