"""What a client passes through to a vendor never decides over model, count, credentials or where anything goes, however it is wrapped."""

import json

import pytest

from harness import router
from dialect_clients import ALL, ImageRouter, OpenAI, Siray
from test_fields import Recorder

# So long that no random boundary or id contains it.
COUNT = 777_177_717
# What is tried, by a value that is found again wherever it comes out.
ATTEMPTS = {
    "model": "other/trespass", "n": COUNT, "count": COUNT, "num_videos": COUNT, "number_of_videos": COUNT, "api_key": "trespass", "base_url": "http://trespass.example/",
    "api_base": "http://trespass.example/", "organization": "trespass", "callback_url": "http://trespass.example/", "webhook": "http://trespass.example/",
    "Authorization": "Bearer trespass", "MODEL": "other/trespass", "extra_headers": {"Authorization": "Bearer trespass"}, "extra_query": {"model": "trespass"},
}
# Names that this vendor takes an object by, and puts beside the others.
CARRIERS = ["extra_params", "guidance_scale_2"]


def wrappings(name, value):
    text = json.dumps({name: value})
    yield "nested", {"extra_body": {name: value}}
    yield "as text", {"extra_body": text}
    yield "twice", {"extra_body": {"extra_body": {name: value}}}
    yield "metadata", {"metadata": {name: value}}
    yield "metadata within", {"extra_body": {"metadata": {name: value}}}
    for carrier in CARRIERS:
        yield carrier, {carrier: {name: value}}
        yield f"{carrier} as text", {carrier: text}
        yield f"{carrier} in a list", {"extra_body": {carrier: [[{name: value}]]}}
        yield f"{carrier} as text in text", {"extra_body": {carrier: {"x": json.dumps(text)}}}
    if name not in ("model", "n", "num_videos", "number_of_videos"):
        yield "beside", {name: value}


def form(fields):
    """As SDKs spread a form: `a[b]`, objects below lists as JSON."""
    parts = []

    def put(name, value):
        if isinstance(value, dict):
            for inner, under in value.items():
                put(f"{name}[{inner}]", under)
        else:
            text = value if isinstance(value, str) else json.dumps(value)
            parts.append(f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n')

    for name, value in fields.items():
        put(name, value)
    return "".join(parts).encode() + b"--b--\r\n", {"Content-Type": "multipart/form-data; boundary=b"}


@pytest.fixture(scope="module", params=["multipart", "json"])
def recording_router(request):
    recorder = Recorder()
    config = f"""
accounts:
  own: {{ vendor: openai-compatible, base_url: '{recorder.base_url("own")}/v1', api_key: hidden-key, encoding: {request.param} }}
aliases:
  near: [ {{ model: own/wanted, adapt: nearest }} ]
"""
    with router(config) as served:
        yield served, recorder
    recorder.close()


def assert_rejected_or_inert(answer, recorder, what):
    """Refused by ourselves, or sent without a trace of what was tried."""
    asked = recorder.take_requests()
    if not asked:
        assert 400 <= answer.status < 500, (what, answer.status, answer.body)
        return
    (path, headers, body), *more = asked
    assert more == [] and path == "/own/v1/videos", (what, path)
    assert {k.lower(): v for k, v in headers.items()}["authorization"] == "Bearer hidden-key", what
    for trace in (b"trespass", str(COUNT).encode()):
        assert trace not in body and trace.decode() not in str(headers), (what, body)
    assert b"wanted" in body and b"hidden-key" not in answer.body


@pytest.mark.parametrize("dialect", ALL, ids=lambda s: s.name)
def test_nothing_that_is_passed_on_decides(recording_router, dialect):
    served, recorder = recording_router
    client = dialect(served)
    recorder.take_requests()
    for name, value in ATTEMPTS.items():
        for wrapping, fields in wrappings(name, value):
            for model in ("own/wanted", "near") if wrapping in ("nested", "beside") else ("own/wanted",):
                assert_rejected_or_inert(client.create(client.body(model) | fields), recorder, (name, wrapping, model))
            if dialect in (OpenAI, ImageRouter, Siray):
                data, headers = form(client.body("own/wanted") | fields)
                assert_rejected_or_inert(client.create(data, headers=headers), recorder, (name, wrapping, "form"))


@pytest.mark.parametrize("dialect", ALL, ids=lambda s: s.name)
def test_what_a_body_says_twice_or_in_escapes_is_no_way_in(recording_router, dialect):
    served, recorder = recording_router
    client, headers = dialect(served), {"Content-Type": "application/json"}
    recorder.take_requests()
    good = json.dumps(client.body("own/wanted"))[:-1]
    for more in (
        r', "extra_body": {"mod\u0065l": "other/trespass"}}', r', "extra_body": {"seed": 1, "model": null, "model": "other/trespass"}}',
        r', "extra_params": {"x": 1, "\u006dodel": "other/trespass"}}', r', "extra_params": "{\"mod\\u0065l\": \"other/trespass\"}"}',
        r', "extra_body": {"x": 1}, "extra_body": {"model": "other/trespass"}}', r', "extra_body": [{"model": "other/trespass"}]}',
        r', "extra_body": "\"{\\\"model\\\": \\\"other/trespass\\\"}\""}',
    ):
        assert_rejected_or_inert(client.create((good + more).encode(), headers=headers), recorder, more)


@pytest.mark.parametrize("dialect", ALL, ids=lambda s: s.name)
def test_what_a_vendor_takes_still_arrives(recording_router, dialect):
    """Or the tests above would hold for a router that passes nothing on."""
    served, recorder = recording_router
    client = dialect(served)
    recorder.take_requests()
    for fields in ({"extra_body": {"extra_params": {"cache": "deep"}}}, {"extra_params": {"cache": "deep"}}):
        client.create(client.body("own/wanted") | fields)
        (_, _, body), *_ = recorder.take_requests()
        assert b"extra_params" in body and b"deep" in body, body
