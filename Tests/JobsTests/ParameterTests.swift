import Jobs
import Testing
import Wire

struct ParameterTests {
    @Test func `no name means two parameters`() {
        var owners: [String: String] = [:]
        for parameter in Parameter.all {
            for name in parameter.clientNames {
                let other = owners.updateValue(parameter.name, forKey: name)
                #expect(other == nil, "\(name) is \(other ?? "") and \(parameter.name)")
            }
        }
        #expect(Set(Parameter.all.map(\.name)).count == Parameter.all.count)
    }

    @Test func `the neutral name of a value is one of its clients' names`() {
        for parameter in Parameter.all {
            if case .media = parameter.kind { continue }
            #expect(parameter.clientNames.contains(parameter.name), "\(parameter.name)")
        }
    }

    @Test func `client names are in snake case`() {
        for name in Parameter.all.flatMap(\.clientNames) {
            let isSnakeCase = name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_") }
            #expect(isSnakeCase, "\(name)")
        }
    }

    @Test func `every optional parameter is in the list of all`() {
        let names = Parameter.all.map(\.name)
        for parameter in Parameter.optional { #expect(names.contains(parameter.name)) }
        #expect(
            Parameter.optional.map(\.name) == ["camera_motion", "style", "guidance", "watermark", "enhance_prompt", "multi_shot", "count"])
    }

    @Test func `a row reads the field of the job that it is named for`() {
        var job = Job(model: "m")
        job.negativePrompt = "fog"
        job.framesPerSecond = 24
        job.seed = 7
        job.audio = false
        job.cameraMotion = "dolly_in"
        job.style = "noir"
        job.guidance = 5.5
        job.watermark = true
        job.enhancePrompt = false
        job.multiShot = true
        job.count = 2
        var values = JSONValue.object([])
        for parameter in Parameter.all { values[parameter.name] = parameter.jsonValue(of: job) }
        let expected: JSONValue = [
            "negative_prompt": "fog", "seed": 7, "fps": 24, "audio": false, "camera_motion": "dolly_in", "style": "noir", "guidance": 5.5,
            "watermark": true, "enhance_prompt": false, "multi_shot": true, "count": 2,
        ]
        #expect(values.text == expected.text)
    }

    @Test func `an empty job has no values`() {
        for parameter in Parameter.all { #expect(parameter.jsonValue(of: Job(model: "m")) == nil, "\(parameter.name)") }
    }

    @Test func `only numbers have bounds`() {
        let bounded = Parameter.all.filter { $0.range.upperBound < .infinity }.map(\.name)
        #expect(bounded.sorted() == ["count", "fps", "guidance", "seconds"])
        #expect(Parameter.duration.range == 1...600)
        #expect(Parameter.framesPerSecond.range == 1...60)
        #expect(Parameter.guidance.range == 0...100)
        #expect(Parameter.count.range == 1...10)
    }
}
