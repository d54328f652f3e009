"""gzip of answers and of requests."""

import gzip
import json
import zlib

import pytest

from harness import router, wait_until_ended

CREATE = {"model": "sora-2", "prompt": "A kite", "seconds": "4"}


def ask(served, accept, path="/v1/models", method="GET"):
    return served.call(method, path, headers={"Accept-Encoding": accept} if accept is not None else {})


@pytest.mark.parametrize("accept", ["gzip", "deflate, gzip;q=0.5", "*", "br, x-gzip"])
def test_text_is_compressed_for_a_client_that_accepts_it(shared_router, accept):
    plain, packed = ask(shared_router, "identity"), ask(shared_router, accept)
    assert packed.headers["content-encoding"] == "gzip" and "content-encoding" not in plain.headers
    assert gzip.decompress(packed.body) == plain.body and len(packed.body) < len(plain.body) / 2
    assert plain.headers["vary"] == packed.headers["vary"] == "accept-encoding"


@pytest.mark.parametrize("accept", [None, "", "identity", "gzip;q=0", "br", "*;q=0"])
def test_text_is_not_compressed_for_others(shared_router, accept):
    answer = ask(shared_router, accept)
    assert "content-encoding" not in answer.headers and answer.json["data"]


def test_head_says_what_get_would(shared_router):
    shown = [ask(shared_router, "gzip", method=m) for m in ("GET", "HEAD")]
    for name in ("content-length", "content-encoding", "content-type", "vary"):
        assert shown[0].headers[name] == shown[1].headers[name]
    assert shown[1].body == b""


def test_small_answers_and_media_are_left_alone(shared_router):
    assert "content-encoding" not in ask(shared_router, "gzip", "/healthz").headers
    made = shared_router.call("POST", "/v1/videos", CREATE, {"Accept-Encoding": "gzip"})
    assert "content-encoding" not in made.headers
    path = f"/v1/videos/{made.json['id']}"
    wait_until_ended(shared_router, path)
    clip = ask(shared_router, "gzip", path + "/content")
    assert clip.status == 200 and "content-encoding" not in clip.headers and clip.body[4:8] == b"ftyp"


def post(served, body, coding, path="/v1/videos"):
    headers = {"Content-Type": "application/json"}
    if coding is not None:
        headers["Content-Encoding"] = coding
    return served.call("POST", path, body, headers)


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "GZIP", "identity, gzip"])
def test_packed_requests_are_unpacked(shared_router, coding):
    assert post(shared_router, gzip.compress(json.dumps(CREATE).encode()), coding).json["status"] == "queued"


def test_two_members_are_one_body(shared_router):
    text = json.dumps(CREATE).encode()
    assert post(shared_router, gzip.compress(text[:20]) + gzip.compress(text[20:]), "gzip").status == 200


@pytest.mark.parametrize("coding", ["br", "deflate", "zstd", "gzip, gzip", "gzip, br", "nonsense"])
@pytest.mark.parametrize("path", ["/v1/videos", "/siraya/v1/videos/generations", "/aimlapi/v2/video/generations", "/ltx/v2/text-to-video",
                                  "/siray/v1/video/generations", "/imagerouter/v1/openai/videos/generations"])
def test_other_codings_are_refused_in_the_callers_dialect(shared_router, coding, path):
    answer = post(shared_router, zlib.compress(b"{}"), coding, path)
    assert answer.status == 415 and answer.headers["accept-encoding"] == "gzip", (answer.status, answer.body)
    assert answer.json


@pytest.mark.parametrize("body", [b"no gzip at all", gzip.compress(b'{"a": 1}' * 100)[:-9], gzip.compress(b"{}") + b"more"],
                         ids=["no gzip", "cut", "more behind it"])
def test_what_does_not_unpack_is_malformed(shared_router, body):
    assert post(shared_router, body, "gzip").status == 400


def test_a_bomb_is_refused_before_it_is_unpacked():
    with router() as served:
        served.call("GET", "/healthz")
        before = served.memory()
        packer = zlib.compressobj(9, wbits=31)
        spaces = (packer.compress(b" " * 1_000_000) for _ in range(900))
        bomb = b"".join([packer.compress(b'{"model": "sora-2", "prompt": "'), *spaces, packer.compress(b'"}'), packer.flush()])
        assert len(bomb) < 1_000_000
        assert post(served, bomb, "gzip").status == 413
        assert served.memory() - before < 40 << 20


def test_the_limit_of_plain_bodies_holds_for_packed_ones():
    with router("limits: { max_body_bytes: 100 KiB }\n") as served:
        text = json.dumps(CREATE | {"prompt": "".join(chr(33 + i * 7919 % 90) for i in range(150_000))}).encode()
        assert post(served, gzip.compress(text), "gzip").status == 413
        assert post(served, gzip.compress(json.dumps(CREATE).encode()), "gzip").status == 200
