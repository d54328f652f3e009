import Jobs
import Testing
import Wire

@testable import Dialects

/// One case of a dialect as a text file: what a client sends and the neutral question that it becomes, a neutral answer and the bytes that
/// it becomes. `--- name argument` begins a block; everything before the first one is for people.
///
///     --- request          an HTTP/1.1 request; lines may end with LF
///     --- ask              the lines of `CommandText`
///     --- answer WORD      a neutral answer as JSON: a job, a list of jobs, a list of models
///     --- fault            a fault as JSON; `--- late fault` comes after the head of a held answer
///     --- response         status, header lines, an empty line and the body: of the last answer or fault, or of the refused request
struct Transcript {
    struct Block {
        var name: String
        var line: Int
        var lines: [String]
        var text: String { lines.joined(separator: "\n") }
    }

    let path: String
    let blocks: [Block]

    init(_ path: String) {
        self.path = path
        var blocks: [Block] = []
        for (place, line) in DataFiles.lines(of: path).enumerated() {
            if line.hasPrefix("--- ") {
                blocks.append(Block(name: String(line.dropFirst(4)), line: place + 1, lines: []))
            } else if !blocks.isEmpty {
                blocks[blocks.count - 1].lines.append(line)
            }
        }
        for place in blocks.indices {
            while blocks[place].lines.last?.isEmpty == true { blocks[place].lines.removeLast() }
        }
        self.blocks = blocks
    }

    private static let renderContext = RenderContext(path: "/path/asked", requestID: "req_1", now: Timestamp(unix: 1_772_093_692))

    var requests: [Request] { blocks.filter { $0.name == "request" }.compactMap { RawRequest.read(bytes($0)) } }

    func play(on dialect: any Dialect) {
        #expect(blocks.count > 1, "\(path) has nothing in it")
        var asked: Result<Command, Fault>?
        var response: Response?
        for block in blocks {
            let place: Comment = "\(path):\(block.line)"
            switch block.name {
            case "request":
                guard let request = RawRequest.read(bytes(block)) else {
                    Issue.record("\(path):\(block.line) is not a request")
                    return
                }
                let result = dialect.command(for: request)
                asked = result
                if case .failure(let fault) = result {
                    response = dialect.render(fault, on: Transcript.renderContext)
                } else {
                    response = nil
                }
            case "ask":
                switch asked {
                case .success(let ask): #expect(CommandText.lines(ask) == block.lines, place)
                case .failure(let fault): Issue.record("\(path):\(block.line) was refused: \(fault.message)")
                case nil: Issue.record("\(path):\(block.line) has no request before it")
                }
            case "response":
                guard let response else {
                    Issue.record("\(path):\(block.line) has nothing to answer")
                    return
                }
                #expect(Transcript.text(of: response) == Transcript.normal(block), place)
            default:
                response = answer(block, of: dialect, asked)
            }
        }
    }

    private func answer(_ block: Block, of dialect: any Dialect, _ asked: Result<Command, Fault>?) -> Response? {
        guard let json = try? JSON(parsing: block.text) else {
            Issue.record("\(path):\(block.line) is not JSON")
            return nil
        }
        var command = CreateCommand(job: Job(model: "m"))
        if case .success(.create(let asked)) = asked { command = asked }
        let view = ViewText.view(json)
        switch block.name {
        case "answer created": return dialect.render(.created(view, command))
        case "answer status": return dialect.render(.status(view))
        case "answer finished": return dialect.render(.finished(view, command))
        case "answer frame":
            let frame = dialect.splicedBody(for: view, of: command)
            var body = frame.prefix
            body.append("BASE64")
            body.append(frame.suffix)
            return Response(status: frame.status, headers: frame.headers, body: body)
        case "answer list": return dialect.render(.list(json.elements.map(ViewText.view), hasMore: false))
        case "answer list with more": return dialect.render(.list(json.elements.map(ViewText.view), hasMore: true))
        case "answer deleted": return dialect.render(.deleted(view))
        case "answer cancelled": return dialect.render(.cancelled(view))
        case "answer models": return dialect.render(.models(json.elements.map(ViewText.model), ModelQuery()))
        case "answer model": return dialect.render(.model(ViewText.model(json)))
        case "answer account test": return dialect.render(.account(ViewText.account(json), word: "test"))
        case "answer account credits": return dialect.render(.account(ViewText.account(json), word: "credits"))
        case "answer upload": return dialect.render(.upload(ViewText.upload(json)))
        case "fault": return dialect.render(ViewText.fault(json), on: Transcript.renderContext)
        case "late fault": return dialect.renderAfterHead(ViewText.fault(json), on: Transcript.renderContext)
        default:
            Issue.record("\(path):\(block.line): no such block")
            return nil
        }
    }

    /// The head of a request is written with LF; a multipart body is too, and is turned into CR LF as a whole.
    private func bytes(_ block: Block) -> Bytes {
        guard let end = block.lines.firstIndex(of: "") else { return Bytes((block.lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) }
        let head = block.lines[..<end].joined(separator: "\r\n")
        let separator = head.contains("multipart/form-data") ? "\r\n" : "\n"
        return Bytes((head + "\r\n\r\n" + block.lines[(end + 1)...].joined(separator: separator)).utf8)
    }

    private static func text(of response: Response) -> String {
        var lines = [String(response.status)]
        lines += response.headers.fields.map { "\($0.name): \($0.value)" }.sorted()
        let body = response.body.joined()
        lines += ["", (try? JSON(parsing: body)).map(compact) ?? String(decoding: body, as: UTF8.self)]
        return lines.joined(separator: "\n")
    }

    private static func normal(_ block: Block) -> String {
        guard let end = block.lines.firstIndex(of: "") else { return block.text + "\n\n" }
        let body = block.lines[(end + 1)...].joined(separator: "\n")
        let head = [block.lines[0]] + block.lines[1..<end].sorted()
        return (head + ["", (try? JSON(parsing: body)).map(compact) ?? body]).joined(separator: "\n")
    }
}
