/// The position of an error in a base64 text.
package struct Base64Error: Error, Equatable {
    /// Zero-based position of the first invalid character in the whole text; its length if the text is incomplete.
    package let offset: Int

    package init(offset: Int) { self.offset = offset }
}
