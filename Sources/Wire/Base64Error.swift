/// Says where a base64 text breaks its rules.
package struct Base64Error: Error, Equatable {
    /// Zero-based position of the first character that cannot stand there, counted over the whole text;
    /// the length of the text where it ends too early.
    package let offset: Int

    package init(offset: Int) { self.offset = offset }
}
