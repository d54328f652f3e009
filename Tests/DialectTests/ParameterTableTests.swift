import Jobs
import Testing
import Wire

@testable import Dialects

/// The table of names, and the fields that are read with it.
struct ParameterTableTests {
    private func find(_ name: String) -> (name: String?, parameter: String?) {
        var name = name
        let found = name.withUTF8(ParameterNames.all.find)
        return (found.name, found.parameter.map { Parameter.all[$0].name })
    }

    @Test func `every name is found in each spelling, and as itself without a copy`() {
        for parameter in Parameter.all {
            for name in parameter.clientNames {
                let words = name.split(separator: "_").map(String.init)
                let camel = words[0] + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
                #expect(find(name) == (name, parameter.name))
                #expect(find(camel).parameter == parameter.name, "\(camel)")
                #expect(find(words.joined(separator: "-")).parameter == parameter.name, "\(name)")
                #expect(find(name + "x").parameter != parameter.name, "\(name)x")
            }
        }
    }

    @Test func `names of the prompt and the model are no parameters`() {
        for name in InputFields.promptNames + InputFields.modelNames { #expect(find(name) == (name, nil)) }
    }

    @Test(arguments: ["", "_", "-", "seconds2", "second", "Seconds", "ImageUrl", "s\u{E9}conds", "\u{212A}\u{E9}y"])
    func `other names are found nowhere`(_ name: String) { #expect(find(name) == (nil, nil)) }

    @Test func `a letter whose small letter is ASCII counts as that`() {
        #expect(find("\u{212A}eyframes") == (nil, "keyframes"))
    }

    @Test func `names that differ in separators alone mean one parameter`() {
        var owners: [Parameter.Key: String] = [:]
        for parameter in Parameter.all {
            for name in parameter.clientNames {
                #expect(owners.updateValue(parameter.name, forKey: Parameter.Key(name)) ?? parameter.name == parameter.name, "\(name)")
            }
        }
    }

    private func fields(_ count: Int, and more: String) throws -> InputFields {
        let members = (0..<count).map { "\"p\($0)\":\($0)" } + [more]
        return InputFields(try JSON(parsing: "{" + members.joined(separator: ",") + "}"))
    }

    @Test(arguments: [1, 31, 32, 33, 34, 500]) func `members are found in short bodies and in long ones`(_ count: Int) throws {
        var fields = try fields(count, and: #""p0":0,"seconds":8,"p0":1,"gone":null,"blank":" ""#)
        #expect(fields.untaken.map(\.name) == (0..<count).map { "p\($0)" } + ["seconds"])
        #expect(fields.repeated == ["p0"])
        #expect(fields.wasNull("gone") && fields.wasBlank("blank") && !fields.has("gone") && !fields.has("blank"))
        #expect(fields.hasLength)
        #expect(try fields.take("seconds")?.number() == 8)
        #expect(!fields.has("seconds") && fields.take("seconds") == nil && !fields.hasLength)
        #expect(fields.peek("p\(count - 1)") != nil && fields.peek("p\(count)") == nil)
    }

    @Test func `names with equal characters are one name`() throws {
        #expect(try fields(1, and: "\"caf\u{E9}\":1,\"cafe\u{301}\":2").repeated == ["cafe\u{301}"])
        #expect(try fields(1, and: "\"m\\u006fdel\":1,\"model\":2").repeated == ["model"])
    }

    @Test func `a client's name is replaced, removed and compared without regard to order`() {
        var names: ClientNames = ["seconds": "duration", "size": "resolution"]
        #expect(names == ["size": "resolution", "seconds": "duration"])
        names["size"] = "dimensions"
        #expect(names["size"] == "dimensions" && names != ["size": "resolution", "seconds": "duration"])
        names["size"] = nil
        #expect(names["size"] == nil && names == ["seconds": "duration"] && names != [:])
    }
}
