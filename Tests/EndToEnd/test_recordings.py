"""Every request that a real client has sent to OpenAI's routes, byte for byte, to the real program. Ids in them belong to no owner, so a
create makes a job, and a request for one gets 404; `asks.txt` beside the recordings says which is which."""

import gzip
import json
import pathlib
import socket

import pytest

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "Transcripts" / "dialects" / "openai" / "recordings"
QUERIES = dict(line.split(" => ", 1) for line in (FOLDER / "asks.txt").read_text().splitlines() if " => " in line)
MEMBERS = {"id", "object", "model", "status", "progress", "created_at", "completed_at", "expires_at", "prompt", "size", "seconds",
           "remixed_from_video_id", "error"}


def exchange(port, data):
    """Status, headers and body of the answer to these bytes; a `100 Continue` in front is passed over."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as s:
        s.sendall(data)
        received = b""
        while True:
            head, separator, body = received.partition(b"\r\n\r\n")
            if separator and head.startswith(b"HTTP/1.1 100"):
                received = body
                continue
            if separator:
                lines = head.decode().split("\r\n")
                headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines[1:])}
                length = int(headers.get("content-length", 0))
                if data.startswith(b"HEAD") or len(body) >= length:
                    return int(lines[0].split()[1]), headers, body[:length]
            chunk = s.recv(65536)
            assert chunk, f"cut: {received[:200]!r}"
            received += chunk


def expected(query):
    """The statuses that an ask may be answered with, by what it asks for."""
    words = query.split("; ")
    if words[0].startswith("list") and " after " in words[0]:
        return {404}
    if words[0] == "create":
        return {404} if any(w.startswith("previous:") for w in words) else {200}
    return {"status": {404}, "content": {404}, "delete": {404}, "list": {200}, "models": {200}, "model": {200, 404}}.get(words[0].split()[0])


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_a_recording_is_answered_as_what_it_asks(shared_router, name):
    data = (FOLDER / name).read_bytes()
    if name.endswith("expect_continue.http"):
        return waits_for_continue(shared_router.port, data)
    port = str(shared_router.port).encode()
    head, _, body = data.partition(b"\r\n\r\n")
    # The host is the only thing that a client of ours would say otherwise.
    lines = [b"Host: 127.0.0.1:" + port if line.lower().startswith(b"host:") else line for line in head.split(b"\r\n")]
    status, headers, reply = exchange(shared_router.port, b"\r\n".join(lines) + b"\r\n\r\n" + body)
    assert headers["x-request-id"] and headers["content-type"].startswith("application/json")
    query = QUERIES[name]
    wanted = expected(query)
    if data.startswith(b"HEAD"):
        assert status == 404
        return
    value = json.loads(gzip.decompress(reply) if headers.get("content-encoding") == "gzip" else reply)
    if wanted is None:
        kind, _, rest = query.partition(" ")
        assert 400 <= status < 500 and value["error"]["message"] == rest.split(": ", 1)[1].strip() or kind == "notFound", (status, reply)
        return
    assert status in wanted or (status == 400 and "model" in value["error"].get("message", "")), (status, reply)
    if status != 200:
        assert value["error"]["message"] and set(value["error"]) >= {"message", "type", "param", "code"}
    elif query.startswith("create"):
        assert set(value) >= MEMBERS and value["status"] == "queued" and value["progress"] == 0
        assert isinstance(value["seconds"], str) and isinstance(value["created_at"], int)
        said = dict(w.split(": ", 1) for w in query.split("; ")[1:] if ": " in w)
        assert value["model"] == said["model"] and value["prompt"] == json.loads(said["prompt"])
        if "seconds" in said:
            assert value["seconds"] == said["seconds"]
        if "size" in said:
            assert value["size"] == said["size"]
    elif query.startswith("list"):
        assert value["object"] == "list" and {"data", "first_id", "last_id", "has_more"} <= set(value)


def waits_for_continue(port, data):
    """The one recording that is cut in its body: curl waits for `100 Continue` before it sends three megabytes."""
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")).split(b":")[1])
    tail = b"\r\n" + body.split(b"\r\n")[0] + b"--\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=30) as s:
        s.sendall(b"\r\n".join(b"Host: localhost" if line.lower().startswith(b"host:") else line for line in head.split(b"\r\n")) + b"\r\n\r\n")
        assert s.recv(65536).startswith(b"HTTP/1.1 100 ")
        s.sendall(body + b"\0" * (length - len(body) - len(tail)) + tail)
        received = s.recv(65536)
    # Noise is not an image; an answer that says so shows that all of it was read.
    refused = received.startswith(b"HTTP/1.1 400 ") and (b"image" in received or b"picture" in received)
    assert refused or received.startswith(b"HTTP/1.1 200 "), received[:300]


def test_one_connection_carries_them_all(shared_router):
    """Keep-alive: what one client leaves behind does not reach the next."""
    names = [n for n in sorted(QUERIES) if QUERIES[n].startswith("create; ") and "previous" not in QUERIES[n]][:20]
    with socket.create_connection(("127.0.0.1", shared_router.port), timeout=30) as s:
        reader = s.makefile("rb")
        for name in names:
            head, _, body = (FOLDER / name).read_bytes().partition(b"\r\n\r\n")
            lines = [b"Host: localhost" if line.lower().startswith(b"host:") else line for line in head.split(b"\r\n")]
            lines = [line for line in lines if not line.lower().startswith(b"connection:")]
            s.sendall(b"\r\n".join(lines) + b"\r\n\r\n" + body)
            status, length = None, 0
            while status is None or status == 100:
                status = int(reader.readline().split()[1])
                while (line := reader.readline()) not in (b"\r\n", b""):
                    if line.lower().startswith(b"content-length:"):
                        length = int(line.split(b":")[1])
            assert status in (200, 400), name
            assert json.loads(reader.read(length)), name
