"""Reads the vendors' transcripts (see Tests/Transcripts/vendors/README.md) and serves them as a vendor on a loopback socket."""

import base64
import email.parser
import json
import pathlib
import re
import urllib.parse

from fake_server import FakeServer

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "Transcripts" / "vendors"
REQUESTS = ("start", "status", "result", "content", "stop", "upload")
VOLATILE = ("AWS4-", "HMAC-SHA256", "TC3-", "Bearer eyJ", "Bearer ya29")


class Section:
    def __init__(self, name, lines):
        words = name.split()
        self.name, self.argument = words[0], words[1] if len(words) > 1 else ""
        empty = lines.index("") if "" in lines else len(lines)
        self.head, self.body = lines[:empty], "\n".join(lines[empty + 1 :]).strip()

    @property
    def headers(self):
        lines = self.head[1:] if self.name in REQUESTS else self.head
        return {k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in lines)}


class Transcript:
    def __init__(self, path):
        self.path, self.vendor = path, path.parent.name
        self.facts, self.sections = {}, []
        head, *rest = re.split(r"(?m)^=== ", path.read_text())
        for line in head.splitlines():
            if line.strip():
                key, _, value = line.partition(":")
                self.facts[key.strip()] = value.strip()
        for part in rest:
            lines = part.splitlines()
            self.sections.append(Section(lines[0], lines[1:]))

    def named(self, name):
        return [s for s in self.sections if s.name == name]

    @property
    def job(self):
        # A section without an empty line holds its JSON in the head.
        section = self.named("job")[0]
        return json.loads(section.body or "\n".join(section.head))

    @property
    def operation(self):
        return self.job.get("operation") if self.named("job") else None

    @property
    def ends_well(self):
        names = [s.name for s in self.sections]
        return names[:1] == ["job"] and "start" in names and "ticket" in names and self.ends_done

    @property
    def inline(self):
        """Whether the clip lies in an answer, as base64 too long to be held."""
        return any(line.startswith("video inline") for line in self.named("progress")[-1].head)

    @property
    def inline_base64(self):
        """The clip as base64, where it lies in an answer and is short."""
        return next((line.split()[2] for line in self.named("progress")[-1].head if line.startswith("video bytes ")), None)

    @property
    def ends_done(self):
        return bool(self.named("progress")) and self.named("progress")[-1].head[:1] == ["done"]

    @property
    def ticket(self):
        section = self.named("ticket")[0]
        return json.loads(section.body or "\n".join(section.head))

    @property
    def after_ticket(self):
        """What is said when the job has been made."""
        return self.sections[[s.name for s in self.sections].index("ticket") + 1 :]

    def continued_as(self, other):
        """None where the two are not of one kind: other settings, other tickets, bodies that are signed as they stand."""
        own, theirs, rest = self.ticket, other.ticket, other.after_ticket
        if self.account != other.account or len(own) != len(theirs) or "" in theirs or any('{"base64"' in s.body for s in rest):
            return None
        joined = Transcript(self.path)
        for section in rest:
            lines = section.head + ["", section.body] if section.body else section.head
            text = "\n".join(lines)
            for mine, their in sorted(zip(own, theirs), key=lambda pair: -len(pair[1])):
                # Short words of a ticket say which endpoint it is of, and stand everywhere.
                if mine != their and len(their) < 6:
                    return None
                text = text.replace(their, mine)
            joined.sections.append(Section(section.name + (" " + section.argument if section.argument else ""), text.splitlines()))
        return joined if joined.delivers else None

    @property
    def account(self):
        return {key: value for key, value in self.facts.items() if key.startswith(("secret ", "setting "))}

    @property
    def delivers(self):
        """Whether the fake vendor knows where the clip is to lie."""
        ended = self.named("progress")[-1].head[1:]
        return bool(self.named("content")) or any(line.startswith(("video url http", "video key-url http", "video inline", "video bytes")) for line in ended)

    @property
    def conversation(self):
        """Requests with the replies that follow them."""
        pairs, last = [], None
        for section in self.sections:
            if section.name == "stop":
                last = None
            elif section.name in REQUESTS:
                last = section
            elif section.name == "reply" and last is not None:
                pairs.append((last, section))
                last = None
        return pairs


def transcripts():
    paths = [path for path in sorted(FOLDER.glob("*/*.txt")) if path.name not in ("omitted.txt", "not-expressible.txt")]
    assert paths, f"{FOLDER} holds no transcripts"
    return [Transcript(path) for path in paths]


def conversations():
    """Whole conversations: cases that end with a result, and cases that end with a ticket, continued with the vendor's states or with the rest of a
    whole case, in which this ticket then replaces that case's own."""
    all_, whole = transcripts(), []
    for transcript in all_:
        names = [s.name for s in transcript.sections]
        if transcript.ends_well:
            whole.append(transcript)
        elif names[:1] == ["job"] and names[-3:] == ["start", "reply", "ticket"]:
            known = [o for o in all_ if o.vendor == transcript.vendor and o.ends_done and "ticket" in [s.name for s in o.sections]]
            for other in sorted(known, key=lambda o: (o.sections[0].name != "ticket", o.operation != transcript.operation)):
                if joined := transcript.continued_as(other):
                    whole.append(joined)
                    break
    return whole


def without_nulls(value):
    if isinstance(value, dict):
        return {k: without_nulls(v) for k, v in value.items() if v is not None}
    return [without_nulls(v) for v in value] if isinstance(value, list) else value


def without_marks(value):
    """Without the names that the router gives to its creates, and what holds nothing else."""
    if isinstance(value, dict):
        left = {k: without_marks(v) for k, v in value.items() if not (isinstance(v, str) and v.startswith("genlock-"))}
        return {k: v for k, v in left.items() if v != {} or value[k] == {}}
    return [without_marks(v) for v in value] if isinstance(value, list) else value


def parts(body, content_type):
    message = email.parser.BytesParser().parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    return sorted((p.get_param("name", header="content-disposition"), p.get_payload(decode=True).decode(errors="replace")) for p in message.get_payload())


def send(handler, status, headers, body, part=None):
    """Answers with a transcript's fields but for those of framing; with `part`, no more than that many bytes of the body."""
    handler.send_response(status)
    for name, value in headers.items():
        if name not in ("content-length", "transfer-encoding", "content-encoding", "connection"):
            handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    if handler.command != "HEAD":
        handler.wfile.write(body[:part])


class FakeVendor(FakeServer):
    """Checks each request against the transcript and gives the answer that stands there; the clip is not the transcript's."""

    CLIP = b"\x00\x00\x00\x18ftypisom" + bytes(range(256)) * 8

    def __init__(self, transcript, checks_bodies=True, clip=CLIP):
        self.transcript, self.pairs, self.step, self.faults, self.posts = transcript, transcript.conversation, 0, [], 0
        self.checks_bodies, self.clip = checks_bodies, clip
        super().__init__()

    def answer(self, handler):
        body = handler.read_body()
        self.send(handler, *self.reply(handler.command, handler.path, handler.headers, body))

    def send(self, handler, status, headers, reply):
        send(handler, status, headers, reply)

    @property
    def asset(self):
        """Where the transcript says that the clip lies, if that is a URL."""
        for line in self.transcript.named("progress")[-1].head[1:]:
            words = line.split()
            if words[:2] in (["video", "url"], ["video", "key-url"]):
                return words[2]
        return None

    def reply(self, method, path, headers, body):
        asset = self.asset
        if asset and method == "GET" and path == "/the-clip":
            return 200, {"content-type": "video/mp4"}, self.clip
        content = self.transcript.named("content")
        if content and self.step >= len(self.pairs) and method == content[0].head[0].split()[0]:
            target = urllib.parse.urlsplit(content[0].head[0].split()[1])
            if urllib.parse.urlsplit(path).path == target.path and not self.inline:
                return 200, {"content-type": "video/mp4"}, self.clip
        place = min(self.step, len(self.pairs) - 1)
        request, answer = self.pairs[place]
        self.posts += method == "POST" and self.step < len(self.pairs) and request.name == "start"
        if self.step < len(self.pairs):
            self.check(request, method, path, headers, body)
            self.step += 1
        text = answer.body
        if asset:
            text = text.replace(json.dumps(asset)[1:-1], self.url + "/the-clip").replace(asset, self.url + "/the-clip")
        for following, _ in self.pairs[place + 1 :]:
            # The previous answer says where a file must be uploaded.
            if following.name == "upload":
                target = urllib.parse.urlsplit(following.head[0].split()[1])
                text = text.replace(f"{target.scheme}://{target.netloc}{target.path}", self.url + target.path)
        if inline_base64 := self.transcript.inline_base64:
            text = text.replace(inline_base64, base64.b64encode(self.clip).decode())
        return int(answer.argument), answer.headers, text.encode()

    @property
    def inline(self):
        return self.transcript.inline

    def check(self, request, method, path, headers, body):
        wanted_method, url = request.head[0].split(" ", 1)
        target, given = urllib.parse.urlsplit(url), urllib.parse.urlsplit(path)
        self.expect("method", method, wanted_method)
        self.expect("path", given.path, target.path)
        if not self.checks_bodies:
            return
        self.expect("query", sorted(urllib.parse.parse_qsl(given.query)), sorted(urllib.parse.parse_qsl(target.query)))
        for name, value in request.headers.items():
            if value.startswith(VOLATILE) or name.startswith(("x-date", "x-amz-", "x-content-sha256", "x-tc-timestamp", "ai-trace-id")):
                self.expect(name + " is there", name in headers, True)
            elif name == "content-type":
                self.expect(name, headers.get(name, "").split(";")[0], value.split(";")[0])
            else:
                self.expect(name, headers.get(name), value)
        if not request.body:
            return
        wanted = json.loads(request.body)
        if request.headers.get("content-type", "").startswith("multipart/"):
            self.expect("parts", [n for n, _ in parts(body, headers["content-type"])], sorted(p["name"] for p in wanted))
        elif isinstance(wanted, dict) and set(wanted) == {"base64"}:
            # A body that is signed as it stands.
            self.expect("bytes", body, base64.b64decode(wanted["base64"]))
        elif request.headers.get("content-type", "").startswith("application/json"):
            self.expect("body", without_marks(without_nulls(json.loads(body))), without_nulls(wanted))

    def expect(self, what, given, wanted):
        if given != wanted:
            self.faults.append(f"{self.transcript.path.parent.name}/{self.transcript.path.name} step {self.step}: {what}: {given!r} instead of {wanted!r}")
