import Testing
import Wire

@Suite struct FormTreeTests {
    /// The tree of an urlencoded form, written as JSON.
    private func tree(_ form: String, limits: Limits = Limits()) throws -> String {
        let tree = try FormTree(Query(parsing: Slice(form)), limits: limits)
        return written(.object(tree.members))
    }

    private func written(_ value: FormTree.Value) -> String {
        switch value {
        case .text(let text): "\"\(text)\""
        case .file(let file): "<\(file.filename ?? "")>"
        case .list(let elements): "[" + elements.map(written).joined(separator: ",") + "]"
        case .object(let members): "{" + members.map { "\"\($0.name)\":" + written($0.value) }.joined(separator: ",") + "}"
        case .columns(let members): "columns" + written(.object(members))
        }
    }

    @Test(arguments: [
        ("", "{}"),
        ("prompt=a+cat&seconds=8", #"{"prompt":"a cat","seconds":"8"}"#),
        ("input_reference[image_url]=u", #"{"input_reference":{"image_url":"u"}}"#),
        ("video[id]=v&prompt=p&video[x]=y", #"{"video":{"id":"v","x":"y"},"prompt":"p"}"#),
        ("metadata[n][m]=2&metadata[k]=v", #"{"metadata":{"n":{"m":"2"},"k":"v"}}"#),
        ("tags[]=a&tags[]=b", #"{"tags":["a","b"]}"#),
        ("tags[]=a", #"{"tags":["a"]}"#),
        ("tags=a&tags=b", #"{"tags":["a","b"]}"#),
        ("tags=a&tags[]=b", #"{"tags":["a","b"]}"#),
        ("input_reference[0]=137&input_reference[1]=80", #"{"input_reference":["137","80"]}"#),
        ("a[1]=y&a[0]=x", #"{"a":["x","y"]}"#),
        ("a[0]=x&a[2]=y", #"{"a":{"0":"x","2":"y"}}"#),
        ("a[00]=x", #"{"a":{"00":"x"}}"#),
        ("refs[0][url]=x&refs[1][url]=y&refs[0][w]=1", #"{"refs":[{"url":"x","w":"1"},{"url":"y"}]}"#),
        ("a[][]=x&a[][]=y", #"{"a":[["x","y"]]}"#),
        ("a%5Bb%5D=c", #"{"a":{"b":"c"}}"#),
    ])
    func `bracket names become members and elements`(form: String, json: String) throws {
        #expect(try tree(form) == json)
    }

    @Test(arguments: [
        // The order of Node's SDK.
        ("refs[][url]=x&refs[][w]=1&refs[][url]=y", #"{"refs":[{"url":"x","w":"1"},{"url":"y"}]}"#),
        ("refs[][url]=x&refs[][w]=1&refs[][url]=y&refs[][w]=2", #"{"refs":[{"url":"x","w":"1"},{"url":"y","w":"2"}]}"#),
        ("refs[][url]=x&refs[][url]=y&refs[][w]=1&refs[][url]=z", #"{"refs":[{"url":"x"},{"url":"y","w":"1"},{"url":"z"}]}"#),
        ("refs[][url]=x&refs[][url]=y", #"{"refs":[{"url":"x"},{"url":"y"}]}"#),
        // The order of Python's SDK.
        ("refs[][url]=x&refs[][url]=y&refs[][w]=1&refs[][w]=2", #"{"refs":[{"url":"x","w":"1"},{"url":"y","w":"2"}]}"#),
        ("refs[][image_url]=a&refs[][file_id]=b", #"{"refs":[{"image_url":"a","file_id":"b"}]}"#),
        ("refs[][url]=x&refs[][tags][]=a&refs[][tags][]=b", #"{"refs":[{"url":"x","tags":["a","b"]}]}"#),
        ("refs[][a][b]=1&refs[][a][b]=2&refs[][a][c]=3&refs[][a][c]=4", #"{"refs":[{"a":{"b":"1","c":"3"}},{"a":{"b":"2","c":"4"}}]}"#),
        ("a[]=x&a[][k]=1&a[]=y", #"{"a":["x",{"k":"1"},"y"]}"#),
    ])
    func `members of several elements are grouped in either client's order`(form: String, json: String) throws {
        #expect(try tree(form) == json)
    }

    @Test(arguments: [
        ("refs[][url]=x&refs[][url]=y&refs[][w]=1", #"{"refs":columns{"url":["x","y"],"w":["1"]}}"#),
        ("refs[][url]=x&refs[][w]=1&refs[][w]=2", #"{"refs":columns{"url":["x"],"w":["1","2"]}}"#),
        (
            "refs[][url]=x&refs[][url]=y&refs[][a][b]=1&refs[][tags][]=a&refs[][tags][]=b",
            #"{"refs":columns{"url":["x","y"],"a[b]":["1"],"tags[]":["a","b"]}}"#
        ),
        ("refs[][url]=x&refs[][url]=y&refs[][tags][]=a&refs[][tags][]=b", #"{"refs":columns{"url":["x","y"],"tags[]":["a","b"]}}"#),
        ("refs[]=x&refs[]=y&refs[][w]=1&refs[][w]=2", #"{"refs":columns{"":["x","y"],"w":["1","2"]}}"#),
        ("refs[]=x&refs[]=y&refs[][w]=1", #"{"refs":columns{"":["x","y"],"w":["1"]}}"#),
    ])
    func `an ambiguous order stays columns`(form: String, json: String) throws {
        #expect(try tree(form) == json)
    }

    @Test(arguments: ["a[", "a]", "[a]", "[]", "a[b", "a[b]c", "a[b[c]]", "a[b[c]", "a[]]", "a]b[c"])
    func `a name with unbalanced brackets is a single step`(name: String) throws {
        #expect(try FormTree(Query([(name, "x")])).members == [FormTree.Member(name: name, value: .text("x"))])
    }

    @Test(arguments: [
        ("a=1&a[b]=2", "a"), ("a[b]=1&a=2", "a"), ("a[]=1&a[b]=2", "a"), ("a[b][c]=1&a[b]=2", "a[b]"), ("a[][b]=1&a[][b][c]=2", "a[][b]"),
    ])
    func `a name that is both a value and a parent is refused`(form: String, name: String) {
        #expect(throws: FormTree.ParseError.conflict(name: name)) { try tree(form) }
    }

    @Test func `depth and number of fields are bounded`() throws {
        var limits = Limits()
        limits.maxFormDepth = 2
        limits.maxFormFields = 3
        #expect(try tree("a[b][c]=1", limits: limits) == #"{"a":{"b":{"c":"1"}}}"#)
        #expect(throws: FormTree.ParseError.tooDeep(name: "a[b][c][d]", limit: 2)) { try tree("a[b][c][d]=1", limits: limits) }
        #expect(throws: FormTree.ParseError.tooManyFields(limit: 3)) { try tree("a=1&b=1&c=1&d=1", limits: limits) }
    }

    @Test func `files are leaves like texts, and a text must be UTF-8`() throws {
        let picture = FormField(name: "input_reference", filename: "a.png", type: .png, content: [0x89])
        let tree = try FormTree([FormField(name: "prompt", content: Slice("x")), picture])
        #expect(tree["input_reference"]?.file == picture)
        #expect(tree["prompt"]?.text == "x")
        #expect(tree["input_reference"]?.text == nil && tree["absent"] == nil)
        #expect(throws: FormTree.ParseError.notUTF8(name: "prompt", offset: 1)) {
            try FormTree([FormField(name: "prompt", content: [0x61, 0xFF])])
        }
    }

    @Test func `values are reached by name and place`() throws {
        let tree = try FormTree(Query(parsing: Slice("a[b]=1&c[]=2&c[]=3&d=4")))
        #expect(tree["a"]?["b"]?.text == "1")
        #expect(tree["c"]?.elements.map(\.text) == ["2", "3"])
        #expect(tree["d"]?.elements.map(\.text) == ["4"])
        #expect(tree["d"]?["b"] == nil)
    }
}
