import Fuzzing
import Glibc
import Wire

/// The case that `GENLOCK_FUZZ` names.
private let chosen: FuzzCase = {
    guard let name = getenv("GENLOCK_FUZZ").map({ String(cString: $0) }), let chosen = FuzzCase(rawValue: name) else {
        say("GENLOCK_FUZZ has to name one of: \(FuzzCase.allCases.map(\.rawValue).joined(separator: " "))")
        exit(2)
    }
    return chosen
}()

private func say(_ text: String) {
    let line = Bytes((text + "\n").utf8)
    _ = write(STDERR_FILENO, line, line.count)
}

/// libFuzzer calls this with each input; a broken promise ends the process, which keeps the input.
@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    do throws(FuzzCase.PropertyError) {
        try chosen.run(Bytes(UnsafeBufferPointer(start: data, count: count)))
    } catch {
        say("\(chosen.rawValue): \(error)")
        abort()
    }
    return 0
}
