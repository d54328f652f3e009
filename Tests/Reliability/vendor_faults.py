"""What can go wrong between the router and a vendor, as things that a fake vendor does with one request."""

import contextlib
import functools
import json
import socket
import ssl
import struct
import subprocess
import threading
import time
import zlib

from harness import free_port
from transcripts import FakeVendor, send, transcripts


def raw(text):
    """Bytes sent as they are, then the end of the connection."""
    def fault(fake, handler):
        handler.wfile.write(text)
        fin(fake, handler)
    return fault


def fin(fake, handler):
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


def rst(fake, handler):
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.close_connection = True
    handler.connection.close()


def late(fake, handler):
    time.sleep(6)
    fin(fake, handler)


def complete_response(status, body, kind="application/json", **headers):
    def fault(fake, handler):
        fake.send(handler, status, {"content-type": kind} | {name.replace("_", "-"): value for name, value in headers.items()}, body)
    return fault


def error(status, **headers):
    return complete_response(status, json.dumps({"error": {"message": "the vendor is ill", "code": "ill"}, "message": "the vendor is ill"}).encode(), **headers)


def endless(head, piece, pause=0.0):
    """Goes on until the router hangs up; a router that never does misses the test's own deadline."""
    def fault(fake, handler):
        handler.close_connection = True
        handler.wfile.write(head)
        until = time.monotonic() + 60
        while time.monotonic() < until:
            handler.wfile.write(piece)
            time.sleep(pause)
    return fault


@functools.cache
def packed_bomb():
    """300 MB of JSON as one megabyte of gzip."""
    packer = zlib.compressobj(1, wbits=31)
    return b"".join([packer.compress(b'{"a": "'), *(packer.compress(b"a" * 1_000_000) for _ in range(300)), packer.compress(b'"}'), packer.flush()])


def bomb(fake, handler):
    packed = packed_bomb()
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed))
    handler.wfile.write(packed)


def redirect(target):
    def fault(fake, handler):
        fake.send(handler, 302, {"location": target(fake, handler)}, b"")
    return fault


def cut(fake, handler):
    """Half of what would have been the good answer."""
    status, headers, body = fake.unread_answer(handler)
    send(handler, status, headers, body, part=len(body) // 2)
    fin(fake, handler)


def cut_json(fake, handler):
    """A whole answer that holds half of the JSON."""
    status, headers, body = fake.unread_answer(handler)
    fake.send(handler, status, headers, body[: len(body) // 2])


JSON = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"

# Faults of any answer.
ANSWERS = {
    "fin": fin,
    "rst": rst,
    "half a head": raw(b"HTTP/1.1 200 OK\r\nContent-Ty"),
    "late": late,
    "html": complete_response(200, b"<html>It works!</html>", "text/html"),
    "nothing": complete_response(200, b""),
    "cut": cut,
    "cut JSON": cut_json,
    "no id": complete_response(200, b"{}"),
    "drip of a head": endless(b"HTTP/1.1 200 OK\r\n", b"x", 0.2),
    "drip of a body": endless(JSON, b"1\r\n \r\n", 0.2),
    "endless space": endless(JSON, b"8000\r\n" + b" " * 0x8000 + b"\r\n"),
    "endless text": endless(JSON + b'2\r\n{"\r\n', b"8000\r\n" + b"a" * 0x8000 + b"\r\n"),
    "endless head": endless(b"HTTP/1.1 200 OK\r\n", b"X-Filler: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n"),
    "gzip bomb": bomb,
    "redirect loop": redirect(lambda fake, handler: fake.url + handler.path),
    "redirect to a private address": redirect(lambda fake, handler: fake.forbidden_url),
    "429": error(429),
    "429 with Retry-After": error(429, retry_after="7"),
    "429 with a long Retry-After": error(429, retry_after="86400"),
    "500": error(500),
    "502": complete_response(502, b"<html>Bad gateway</html>", "text/html"),
    "503": error(503),
    "504": error(504),
    "401": error(401),
    "403": error(403),
}
# Those that prove that nothing was accepted.
REFUSALS = {name for name in ANSWERS if name.startswith("4")}
# The answer is not asked for, so it cannot be ill in these ways.
UNREACHABLE = ["DNS", "refused", "black hole", "certificate"]


class FaultyVendor(FakeVendor):
    """Serves a transcript, with a fault at the first requests of one phase: start, status or content. `paid` counts the start calls after which
    it has a job, whatever it answered."""

    def __init__(self, transcript, phase=None, fault=None, times=1):
        self.phase, self.fault, self.left = phase, fault, times
        self.starts = self.paid = self.forbidden_requests = 0
        if fault == "gzip bomb":
            packed_bomb()
        self.forbidden_url = "http://169.254.169.254/latest/meta-data/"
        super().__init__(transcript)

    def phase_of(self, handler):
        if self.step == 0:
            return "start" if handler.command == "POST" else "find"
        content = self.transcript.named("content")
        return "content" if handler.path == "/the-clip" or (content and self.step >= len(self.pairs) and not self.inline) else "status"

    def answer(self, handler):
        phase = self.phase_of(handler)
        if phase == "find":
            return self.send(handler, 404, {"content-type": "application/json"}, b"{}")
        is_faulty = phase == self.phase and self.left > 0
        self.left -= is_faulty
        self.starts += phase == "start"
        if is_faulty and self.fault == "reset before the end":
            handler.rfile.read(1)
            return rst(self, handler)
        handler.body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        self.paid += phase == "start" and not (is_faulty and self.fault in REFUSALS)
        with contextlib.suppress(OSError):
            if is_faulty:
                return self.fault_table[self.fault](self, handler)
            self.send(handler, *self.good(handler))

    def good(self, handler):
        """The transcript's own answer to this request."""
        if self.phase_of(handler) == "start" and self.starts > 1 and self.phase == "start" and self.fault not in REFUSALS:
            return 500, {}, b"a second start call"
        return self.reply(handler.command, handler.path, handler.headers, handler.body)

    def unread_answer(self, handler):
        """The same of an answer that does not arrive: a status is asked for again."""
        step = self.step
        answer = self.good(handler)
        if self.phase == "status":
            self.step = step
        return answer

    def check(self, *_):
        """Requests are checked elsewhere."""


def states(vendor):
    """Replies of the vendor's other transcripts about a running job, with their meaning and their ticket."""
    for transcript in transcripts():
        ticket = transcript.named("ticket")
        names = [section.name for section in transcript.sections]
        if transcript.vendor != vendor or names != ["ticket", "status", "reply", "progress"]:
            continue
        words = transcript.sections[3].head[0].split()[0]
        if words in ("queued", "running", "unknown"):
            yield words, transcript.sections[2], json.loads("".join(ticket[0].head) or ticket[0].body)


def flap(fake, handler):
    """The state jumps about: running, queued, an unknown word, running."""
    found = {}
    for word, section, ticket in states(fake.transcript.vendor):
        found.setdefault(word, (section, ticket))
    order = [word for word in ("running", "queued", "unknown", "running") if word in found]
    if not order:
        return error(503)(fake, handler)
    section, ticket = found[order[fake.left % len(order)]]
    body = section.body
    own = json.loads("".join(fake.transcript.named("ticket")[0].head) or fake.transcript.named("ticket")[0].body)
    for theirs, ours in zip(ticket, own):
        body = body.replace(theirs, ours)
    fake.send(handler, int(section.argument), section.headers, body.encode())


FLAPS = {"a state that jumps about": flap}
FaultyVendor.fault_table = ANSWERS | FLAPS


# Addresses at which no server answers.

def refused():
    return f"http://127.0.0.1:{free_port()}"


@contextlib.contextmanager
def black_hole():
    """A listener whose queue is full: the kernel drops what asks to be connected."""
    with socket.socket() as listener, contextlib.ExitStack() as stack:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(3):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        time.sleep(0.1)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@contextlib.contextmanager
def untrusted_tls_server(folder):
    """A TLS server with an untrusted certificate; counts the requests that reach it."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
                    "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    heard = []
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        def serve():
            while True:
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                with contextlib.suppress(OSError), context.wrap_socket(client, server_side=True) as tls:
                    heard.append(tls.recv(1000))
        threading.Thread(target=serve, daemon=True).start()
        yield f"https://127.0.0.1:{listener.getsockname()[1]}", heard
