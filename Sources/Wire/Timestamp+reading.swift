extension Timestamp {
    /// Midnight UTC of a day of the Gregorian calendar; nil if the day does not exist.
    package init?(year: Int64, month: Int64, day: Int64, second: Int64 = 0) {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths: [Int64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard (0...9999).contains(year), (1...12).contains(month), (1...lengths[Int(month) - 1]).contains(day) else { return nil }
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        self.init(unix: (era * 146_097 + dayOfEra - 719_468) * 86_400 + second)
    }

    /// Reads the three forms of RFC 9110 §5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` and
    /// `Sun Nov  6 08:49:37 1994`. The name of the day is not checked; years of two digits are 1970 to 2069.
    package init?(httpDate text: String) {
        let words = text.split { $0 == " " || $0 == "," || $0 == "-" }.map(String.init)
        let isOldest = words.count == 5 && !text.contains(",")
        guard isOldest || words.count == 6 && words[5] == "GMT" && text.contains(",") else { return nil }
        let (day, month, year, clock) = isOldest ? (words[2], words[1], words[4], words[3]) : (words[1], words[2], words[3], words[4])
        guard let dayNumber = DecimalText.number(day), let yearNumber = DecimalText.number(year), day.utf8.count <= 2,
            let monthNumber = Timestamp.months.firstIndex(of: month), let second = Timestamp.second(clock[...])
        else { return nil }
        guard year.utf8.count == 4 || year.utf8.count == 2 && !isOldest else { return nil }
        let century = year.utf8.count == 4 ? 0 : yearNumber < 70 ? 2000 : 1900
        self.init(year: Int64(yearNumber + century), month: Int64(monthNumber + 1), day: Int64(dayNumber), second: second)
    }

    /// Reads RFC 3339 and similar forms: `2026-11-20T12:00:00.123Z`, a space for the T, an offset with or without colon, any number of
    /// digits after the second, UTC without a zone.
    package init?(iso8601 text: String) {
        let bytes = Bytes(text.utf8)
        guard bytes.count >= 19, "Tt ".utf8.contains(bytes[10]) else { return nil }
        guard bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") else { return nil }
        let part = { (range: Range<Int>) in String(decoding: bytes[range], as: UTF8.self) }
        guard let year = DecimalText.number(part(0..<4)), let month = DecimalText.number(part(5..<7)),
            let day = DecimalText.number(part(8..<10)), let second = Timestamp.second(part(11..<19)[...]),
            let midnight = Timestamp(year: Int64(year), month: Int64(month), day: Int64(day), second: second)
        else { return nil }
        var rest = bytes[19...]
        var fraction = Duration.zero
        if rest.first == UInt8(ascii: ".") || rest.first == UInt8(ascii: ",") {
            let digits = rest.dropFirst().prefix { (0x30...0x39).contains($0) }
            guard !digits.isEmpty else { return nil }
            fraction = Timestamp.fraction(digits)
            rest = rest[digits.endIndex...]
        }
        guard let offset = Timestamp.offset(rest) else { return nil }
        self = midnight + fraction - .seconds(offset)
    }

    static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// Seconds since midnight of `08:49:37`; a leap second counts as the one before it.
    private static func second(_ clock: Substring) -> Int64? {
        let parts = clock.split(separator: ":", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { $0.utf8.count == 2 ? DecimalText.number($0) : nil }
        guard parts.count == 3, numbers.count == 3, numbers[0] < 24, numbers[1] < 60, numbers[2] < 61 else { return nil }
        return Int64(numbers[0] * 3600 + numbers[1] * 60 + min(numbers[2], 59))
    }

    /// Digits after the point. `Duration` cannot hold more than eighteen.
    private static func fraction(_ digits: Slice) -> Duration {
        var attoseconds: Int64 = 0
        var unit: Int64 = 100_000_000_000_000_000
        for digit in digits.prefix(18) {
            attoseconds += Int64(digit - 0x30) * unit
            unit /= 10
        }
        return Duration(secondsComponent: 0, attosecondsComponent: attoseconds)
    }

    /// Seconds east of Greenwich of `Z`, `+01:00`, `-0130`, `+01` or nothing.
    private static func offset(_ zone: Slice) -> Int64? {
        if zone.isEmpty || zone.elementsEqual("Z".utf8) || zone.elementsEqual("z".utf8) { return 0 }
        guard let sign = zone.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return nil }
        var digits = Bytes(zone.dropFirst())
        if digits.count == 5, digits[2] == UInt8(ascii: ":") { digits.remove(at: 2) }
        guard digits.count == 2 || digits.count == 4 else { return nil }
        guard let number = DecimalText.number(String(decoding: digits, as: UTF8.self)) else { return nil }
        let (hours, minutes) = digits.count == 2 ? (number, 0) : (number / 100, number % 100)
        guard hours < 24, minutes < 60 else { return nil }
        return Int64(hours * 3600 + minutes * 60) * (sign == UInt8(ascii: "-") ? -1 : 1)
    }
}
