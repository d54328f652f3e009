extension URLText {
    /// When a signed URL of an object store expires, according to its query; nil if it does not say.
    package var expiry: Timestamp? {
        guard let query = query.map({ Query(parsing: Bytes($0.utf8)[...]) }) else { return nil }
        // S3 and compatible stores sign a date and a lifetime: X-Amz-…, X-Goog-…, X-Tos-…, x-oss-….
        for prefix in ["X-Amz-", "X-Goog-", "X-Tos-", "x-oss-", "X-Obs-"] {
            if let date = query[prefix + "Date"] ?? query[prefix + "date"],
                let life = query[prefix + "Expires"] ?? query[prefix + "expires"],
                let begin = URLText.basicDate(date), let seconds = URLText.seconds(life)
            {
                return Timestamp(unix: begin.unix + seconds)
            }
        }
        // Azure's `se`, a date; CloudFront, OSS, COS and old S3: Unix seconds.
        if let end = query["se"].flatMap({ Timestamp(iso8601: $0) }) { return end }
        if let end = query["q-sign-time"]?.split(separator: ";").last.flatMap({ URLText.seconds(String($0)) }) {
            return Timestamp(unix: end)
        }
        for name in ["Expires", "expires", "x-expires", "e", "exp"] {
            // Smaller numbers are lifetimes or something else.
            if let end = query[name].flatMap(URLText.seconds), end > 1_000_000_000 { return Timestamp(unix: end) }
        }
        return nil
    }

    /// `20261130T195052Z`.
    private static func basicDate(_ text: String) -> Timestamp? {
        let digits = text.utf8.filter { (0x30...0x39).contains($0) }.map { Int64($0 - 0x30) }
        guard digits.count == 14, text.utf8.count == 16 else { return nil }
        func number(_ range: Range<Int>) -> Int64 { digits[range].reduce(0) { $0 * 10 + $1 } }
        let (hour, minute, second) = (number(8..<10), number(10..<12), number(12..<14))
        guard hour < 24, minute < 60, second < 61 else { return nil }
        return Timestamp(year: number(0..<4), month: number(4..<6), day: number(6..<8), second: hour * 3600 + minute * 60 + second)
    }

    /// Up to the year 5138.
    private static func seconds(_ text: String) -> Int64? {
        guard (1...11).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(text)
    }
}
