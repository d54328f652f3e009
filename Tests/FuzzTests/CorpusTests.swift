import Fuzzing
import Glibc
import Testing
import Wire

/// What the fuzzers found worth keeping, read again: every file of `Tests/Fuzz/corpus`.
struct CorpusTests {
    @Test(arguments: FuzzCase.allCases) func `nothing that was found before breaks again`(_ fuzzed: FuzzCase) throws {
        let files = Corpus.files(of: fuzzed.rawValue)
        #expect(files.count >= 3, "\(fuzzed.rawValue) has no corpus")
        for (name, bytes) in files {
            do throws(FuzzCase.PropertyError) {
                try fuzzed.run(bytes)
            } catch {
                Issue.record("\(fuzzed.rawValue)/\(name): \(error)")
            }
        }
    }

    /// Every kept file with one byte changed, taken away or put in: a short fuzz of its own, the same in every run.
    @Test(arguments: FuzzCase.allCases) func `nor does anything that differs in a byte`(_ fuzzed: FuzzCase) throws {
        for (name, bytes) in Corpus.files(of: fuzzed.rawValue) where !bytes.isEmpty {
            for turn in 0..<12 {
                var changed = bytes
                let place = (turn &* 7919 &+ bytes.count) % bytes.count
                switch turn % 3 {
                case 0: changed[place] ^= UInt8(1 << (turn % 8))
                case 1: changed.remove(at: place)
                default: changed.insert([0, 10, 13, 34, 44, 58, 123, 255][turn / 3 % 8], at: place)
                }
                do throws(FuzzCase.PropertyError) {
                    try fuzzed.run(changed)
                } catch {
                    Issue.record("\(fuzzed.rawValue)/\(name), turn \(turn): \(error)")
                }
            }
        }
    }
}

/// The files beside the fuzz package.
enum Corpus {
    private static let folder = #filePath.split(separator: "/").dropLast(2).reduce("") { $0 + "/" + $1 } + "/Fuzz/corpus"

    static func files(of name: String) -> [(name: String, bytes: Bytes)] {
        guard let stream = opendir(folder + "/" + name) else { return [] }
        defer { closedir(stream) }
        var found: [(name: String, bytes: Bytes)] = []
        while let entry = readdir(stream) {
            let file = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if !file.hasPrefix(".") { found.append((file, read(folder + "/" + name + "/" + file))) }
        }
        return found.sorted { $0.name < $1.name }
    }

    private static func read(_ path: String) -> Bytes {
        guard let file = fopen(path, "r") else { return [] }
        defer { fclose(file) }
        var bytes: Bytes = []
        var piece = Bytes(repeating: 0, count: 64 * 1024)
        while case let count = fread(&piece, 1, piece.count, file), count > 0 { bytes += piece[..<count] }
        return bytes
    }
}
