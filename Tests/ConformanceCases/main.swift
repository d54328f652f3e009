// The framing tables as lines for other programs: protocol, bytes in hexadecimal, name.
import Conformance

private func line(_ version: String, _ bytes: [UInt8], name: String) -> String {
    let text = bytes.map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined()
    return "\(version)\t\(text)\t\(name)"
}

for example in FramingCase.all { print(line("http/1.1", example.bytes, name: example.name)) }
for example in FrameCase.all { print(line("h2", example.bytes, name: example.name)) }
