"""What is refused, and how: in the caller's dialect, with a request id, before anything is paid for, and without harm to the next request."""

import json

import pytest

from harness import router

CREATE = "/v1/videos"


def envelope(answer):
    error = answer.json["error"]
    assert set(error) >= {"message", "type", "param", "code"} and error["message"]
    assert answer.headers["x-request-id"] and answer.headers["content-type"].startswith("application/json")
    return error


@pytest.mark.parametrize(
    "body, headers, status",
    [
        (b"{", {"Content-Type": "application/json"}, 400),
        (b"[]", {"Content-Type": "application/json"}, 400),
        (b"\xff\xfe", {"Content-Type": "application/json"}, 400),
        (b'{"prompt": 5}', {"Content-Type": "application/json"}, 400),
        (b'{"prompt": "x", "seconds": "soon"}', {"Content-Type": "application/json"}, 400),
        (b'{"prompt": "x", "seconds": {}}', {"Content-Type": "application/json"}, 400),
        (b'{"prompt": "x", "size": "big"}', {"Content-Type": "application/json"}, 400),
        (b'{"prompt": "x", "model": 7}', {"Content-Type": "application/json"}, 400),
        (b"prompt=x", {"Content-Type": "multipart/form-data"}, 400),
        (b"--x\r\nnonsense", {"Content-Type": "multipart/form-data; boundary=x"}, 400),
        (b"x", {"Content-Type": "text/csv"}, 415),
    ],
)
def test_malformed_creates(shared_router, body, headers, status):
    answer = shared_router.call("POST", CREATE, body, headers)
    assert answer.status == status, answer.body
    envelope(answer)


def test_paths_and_methods(shared_router):
    assert envelope(shared_router.call("GET", "/v1/nothing")) and shared_router.call("GET", "/v1/nothing").status == 404
    answer = shared_router.call("PUT", CREATE, b"{}", {"Content-Type": "application/json"})
    assert answer.status == 405 and "POST" in answer.headers["allow"] and envelope(answer)
    assert shared_router.call("GET", "/v1/videos/generations").status in (404, 405)


@pytest.mark.parametrize(
    "request_bytes, status",
    [
        (b"GET / HTTP/1.1\nHost: localhost\n\n", 400),
        (b"GET /v1/videos HTTP/1.1\r\n\r\n", 400),
        (b"GET /v1/videos HTTP/1.1\r\nHost: localhost\r\n folded\r\n\r\n", 400),
        (b"POST /v1/videos HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"POST /v1/videos HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nab", 400),
        (b"POST /v1/videos HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (b"GET /" + b"a" * 40000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"x: y\r\n" * 200 + b"\r\n", 431),
        (b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n", 505),
    ],
)
def test_doubtful_framing_is_answered_and_closed(shared_router, request_bytes, status):
    received = shared_router.raw(request_bytes)
    head, _, body = received.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status), received[:200]
    assert b"x-request-id:" in head.lower() and json.loads(body)["error"]["message"]


def test_a_foreign_page_cannot_drive_a_local_router(shared_router):
    assert shared_router.call("GET", "/v1/models", headers={"Origin": "https://evil.example"}).status == 403
    assert shared_router.call("GET", "/v1/models", headers={"Host": "evil.example"}).status == 403
    assert shared_router.call("GET", "/v1/models", headers={"Host": "localhost:1234"}).status == 200


def test_keys_are_needed_when_there_are_some():
    import hashlib

    digest = hashlib.sha256(b"studio-key").hexdigest()
    other = hashlib.sha256(b"other-key").hexdigest()
    config = f"keys:\n  - {{ name: studio, sha256: {digest} }}\n  - {{ name: other, sha256: {other}, models: ['test/*'] }}\n"
    with router(config) as served:
        refused = served.call("GET", "/v1/models")
        assert refused.status == 401 and envelope(refused)
        assert served.call("GET", "/v1/models", headers={"Authorization": "Bearer wrong"}).status == 401
        for headers in ({"Authorization": "Bearer studio-key"}, {"Authorization": "studio-key"}, {"api-key": "studio-key"}):
            assert served.call("GET", "/v1/models", headers=headers).status == 200
        mine, theirs = {"Authorization": "Bearer studio-key"}, {"Authorization": "Bearer other-key"}
        created = served.call("POST", CREATE, {"prompt": "x", "model": "test/card"}, mine)
        assert created.status == 200, created.body
        path = CREATE + "/" + created.json["id"]
        assert served.call("GET", path, headers=mine).status == 200
        foreign, nothing = served.call("GET", path, headers=theirs), served.call("GET", CREATE + "/video_x", headers=theirs)
        assert foreign.status == nothing.status == 404 and foreign.body == nothing.body
        assert served.call("POST", CREATE, {"prompt": "x", "model": "sora-2"}, theirs).status == 403
        assert "studio-key" not in served.log() and "prompt" not in served.log()


def test_ids_stay_good_through_restart_and_rotation(tmp_path):
    import subprocess

    from harness import binary

    state = str(tmp_path / "state")
    with router(state=state) as served:
        id = served.call("POST", CREATE, {"prompt": "x", "model": "test/card"}).json["id"]
    subprocess.run([binary(), "keys", "rotate", "--state", state], check=True, capture_output=True)
    with router(state=state) as served:
        assert served.call("GET", f"{CREATE}/{id}").status == 200
