import Testing
import Wire

@Suite struct URLReferenceTests {
    /// RFC 3986 §5.4.1 and §5.4.2, without fragments and with what is not http left out.
    @Test(arguments: [
        ("g", "http://a/b/c/g"), ("./g", "http://a/b/c/g"), ("g/", "http://a/b/c/g/"), ("/g", "http://a/g"), ("//g", "http://g/"),
        ("?y", "http://a/b/c/d;p?y"), ("g?y", "http://a/b/c/g?y"), ("#s", "http://a/b/c/d;p?q"), ("g#s", "http://a/b/c/g"),
        ("g?y#s", "http://a/b/c/g?y"),
        (";x", "http://a/b/c/;x"), ("g;x", "http://a/b/c/g;x"), ("g;x?y#s", "http://a/b/c/g;x?y"), ("", "http://a/b/c/d;p?q"),
        (".", "http://a/b/c/"), ("./", "http://a/b/c/"), ("..", "http://a/b/"), ("../", "http://a/b/"), ("../g", "http://a/b/g"),
        ("../..", "http://a/"), ("../../", "http://a/"), ("../../g", "http://a/g"),
        ("../../../g", "http://a/g"), ("../../../../g", "http://a/g"), ("/./g", "http://a/g"), ("/../g", "http://a/g"),
        ("g.", "http://a/b/c/g."), (".g", "http://a/b/c/.g"), ("g..", "http://a/b/c/g.."), ("..g", "http://a/b/c/..g"),
        ("./../g", "http://a/b/g"), ("./g/.", "http://a/b/c/g/"), ("g/./h", "http://a/b/c/g/h"), ("g/../h", "http://a/b/c/h"),
        ("g;x=1/./y", "http://a/b/c/g;x=1/y"), ("g;x=1/../y", "http://a/b/c/y"),
        ("g?y/./x", "http://a/b/c/g?y/./x"), ("g?y/../x", "http://a/b/c/g?y/../x"),
        ("https://g/h", "https://g/h"), ("HTTP://G:81", "http://g:81/"), ("?", "http://a/b/c/d;p?"),
        ("a/b:c", "http://a/b/c/a/b:c"), ("1:2", "http://a/b/c/1:2"),
    ])
    func `a reference leads where RFC 3986 says`(reference: String, target: String) throws {
        #expect(try URLText(parsing: "http://a/b/c/d;p?q").resolve(reference).text == target)
    }

    @Test(arguments: [
        "g:h", "http:g", "ftp://g/", "git+ssh://g/", "a-b.c:d", "javascript:alert(1)",
        "//user@g/", "//", "///g", "/\\evil.example", "\\\\evil.example", "/a\r\nx", " /g",
    ])
    func `a reference to a forbidden target is refused`(reference: String) throws {
        #expect(try URLText(parsing: "http://a/b/c/d;p?q").resolving(reference) == nil)
    }

    @Test func `scheme and port of the base stay with the authority they belong to`() throws {
        let base = try URLText(parsing: "https://a:8443")
        #expect(base.resolving("g")?.text == "https://a:8443/g")
        #expect(base.resolving("//b/g")?.text == "https://b/g")
        #expect(base.resolving("//b:8443/g")?.origin == "https://b:8443")
    }
}
