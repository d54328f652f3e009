"""What is wrong, in each dialect's own words and codes: bad JSON, wrong type, missing field, unknown model, unsupported value, too many and too
large pictures, unreachable picture, unknown id, no key, no money, rate limit, moderation, vendor down."""

import hashlib
import json

import pytest

from fake_server import FakeServer
from harness import free_port, router
from dialect_clients import ALL, POLLED, ImageRouter

# Status and word for programs, by dialect. None: the dialect cannot be asked that.
WORDS = {
    "malformed": {"openai": (400, "invalid_json"), "siraya": (400, 400), "siray": (400, "invalid_json"), "imagerouter": (400, "invalid_request_error"), "ltx": (400, "invalid_request_error"), "aimlapi": (400, "400")},
    "wrong type": {"openai": (400, "invalid_type"), "siraya": (400, 400), "siray": (400, "invalid_type"), "imagerouter": (400, "invalid_request_error"), "ltx": (400, "invalid_request_error"), "aimlapi": (400, "400")},
    "missing": {"openai": (400, "missing_required_parameter"), "siraya": (400, 400), "siray": (400, "missing_required_parameter"), "imagerouter": (400, "invalid_request_error"), "ltx": (400, "invalid_request_error"), "aimlapi": (400, "400")},
    "unknown model": {"openai": (404, "model_not_found"), "siraya": (404, 404), "siray": (404, "model_not_found"), "imagerouter": (400, "invalid_request_error"), "ltx": (404, "not_found_error"), "aimlapi": (404, "404")},
    "unsupported": {"openai": (400, "invalid_value"), "siraya": (400, 400), "siray": (400, "invalid_value"), "imagerouter": (400, "invalid_request_error"), "ltx": (400, "invalid_request_error"), "aimlapi": (400, "400")},
    "too many pictures": {"openai": (400, None), "siraya": (400, 400), "siray": (400, None), "imagerouter": (400, "invalid_request_error"), "ltx": (400, "invalid_request_error"), "aimlapi": (400, "400")},
    "too large": {"openai": (413, "request_too_large"), "siraya": (413, None), "siray": (413, "request_too_large"), "imagerouter": (413, "invalid_request_error"), "ltx": (413, "invalid_request_error"), "aimlapi": (413, "413")},
    "unreachable": {"openai": (400, "unreachable_url"), "siraya": (400, 400), "siray": (400, "unreachable_url"), "imagerouter": (400, "invalid_request_error"), "ltx": (400, "invalid_request_error"), "aimlapi": (400, "400")},
    "no key": {"openai": (401, "missing_api_key"), "siraya": (401, 401), "siray": (401, "missing_api_key"), "imagerouter": (401, "unauthorized"), "ltx": (401, "authentication_error"), "aimlapi": (401, "401")},
    "wrong key": {"openai": (401, "invalid_api_key"), "siraya": (401, 401), "siray": (401, "invalid_api_key"), "imagerouter": (401, "unauthorized"), "ltx": (401, "authentication_error"), "aimlapi": (401, "401")},
    "forbidden model": {"openai": (403, "model_not_allowed"), "siraya": (403, 403), "siray": (403, "model_not_allowed"), "imagerouter": (403, "access_denied"), "ltx": (403, "permission_error"), "aimlapi": (403, "403")},
    "no money": {"openai": (429, "insufficient_quota"), "siraya": (402, 402), "siray": (402, "insufficient_quota"), "imagerouter": (403, "deposit_required"), "ltx": (402, "insufficient_funds_error"), "aimlapi": (403, "403")},
    "vendor's bill": {"openai": (502, "upstream_balance"), "siraya": (502, 502), "siray": (502, "upstream_balance"), "imagerouter": (502, "internal_error"), "ltx": (502, "api_error"), "aimlapi": (502, "502")},
    "vendor refuses": {"openai": (400, None), "siraya": (400, 400), "siray": (400, None), "imagerouter": (400, None), "ltx": (400, "invalid_request_error"), "aimlapi": (400, "400")},
    "vendor moderates": {"openai": (400, None), "siraya": (403, 403), "siray": (400, "SensitiveContentDetected"), "imagerouter": (400, "content_moderated"), "ltx": (422, "content_filtered_error"), "aimlapi": (400, "400")},
    "vendor's rate": {"openai": (429, "rate_limit_exceeded"), "siraya": (429, 429), "siray": (429, "rate_limit_exceeded"), "imagerouter": (429, "rate_limit_error"), "ltx": (429, "rate_limit_error"), "aimlapi": (429, "429")},
    "vendor down": {"openai": (503, "upstream_unavailable"), "siraya": (503, 503), "siray": (503, "upstream_unavailable"), "imagerouter": (503, "internal_error"), "ltx": (503, "service_unavailable"), "aimlapi": (503, "503")},
    "vendor breaks off": {"openai": (502, "create_ambiguous"), "siraya": (502, 502), "siray": (502, "create_ambiguous"), "imagerouter": (502, "create_ambiguous"), "ltx": (502, "api_error"), "aimlapi": (502, "502")},
}


def assert_refused(what, dialect, answer):
    status, word = WORDS[what][dialect.name]
    message, found = dialect.refusal(answer)
    assert answer.status == status and (word is None or found == word), (answer.status, answer.body)
    assert isinstance(message, str) and len(message) > 8
    assert answer.headers["x-request-id"] and answer.headers["content-type"].startswith("application/json")
    if status in (408, 409, 429) or status >= 500:
        assert "retry-after" in answer.headers or answer.headers["x-should-retry"] == "false"
    return message


each = pytest.mark.parametrize("dialect", ALL, ids=lambda s: s.name)
JSON = {"Content-Type": "application/json"}


@each
def test_bad_bodies(shared_router, document, dialect):
    dialect = dialect(shared_router, document)
    good = dialect.body("test/card")
    for broken in (json.dumps(good).encode()[:-1], b"[]", b'{"prompt": \xff}', b"null"):
        assert_refused("malformed", dialect, dialect.create(broken, headers=JSON))
    assert_refused("wrong type", dialect, dialect.create(good | {"prompt": 5}))
    assert_refused("missing", dialect, dialect.create({k: v for k, v in good.items() if k not in ("prompt", "model")}))


@each
def test_what_a_model_cannot_do_is_refused_with_what_it_can(shared_router, document, dialect):
    dialect = dialect(shared_router, document)
    length = next(k for k in dialect.body("sora-2") if k in ("seconds", "duration"))
    message = assert_refused("unsupported", dialect, dialect.create(dialect.body("sora-2") | {length: 5}))
    assert all(n in message for n in ("4", "8", "12"))


@each
def test_images(shared_router, document, dialect):
    dialect = dialect(shared_router, document)
    assert_refused("unreachable", dialect, dialect.create(dialect.body("test/card", "https://nowhere.invalid/a.png")))
    local = dialect.create(dialect.body("test/card", "http://127.0.0.1:9/a.png"))
    assert local.status == 400 and "public" in dialect.refusal(local)[0]
    two = dialect.body("sora-2", "https://media.example/a.png") | {"image_urls": ["https://media.example/b.png", "https://media.example/c.png"]}
    assert_refused("too many pictures", dialect, dialect.create(two))
    reached = dialect.create(dialect.body("test/card", "https://media.example/a.png"))
    assert reached.status < 300 and b"warnings" in reached.body


def test_a_body_beyond_the_limit():
    with router("limits: { max_body_bytes: 64 KiB }\n") as served:
        for dialect in (s(served) for s in ALL):
            huge = dialect.body("test/card") | {"negative_prompt": "x" * 100_000}
            assert_refused("too large", dialect, dialect.create(huge))


def test_keys():
    digest, other = (hashlib.sha256(k).hexdigest() for k in (b"studio-key", b"intern-key"))
    config = f"keys:\n  - {{ name: studio, sha256: {digest} }}\n  - {{ name: intern, sha256: {other}, models: ['test/*'] }}\n"
    with router(config) as served:
        for kind in ALL:
            good = kind(served, headers={"Authorization": "Bearer studio-key"})
            assert_refused("no key", kind(served), kind(served).create(good.body("test/card")))
            assert_refused("wrong key", kind(served), kind(served, headers={"Authorization": "Bearer nothing"}).create(good.body("test/card")))
            assert_refused("forbidden model", kind(served), kind(served, headers={"Authorization": "Bearer intern-key"}).create(good.body("sora-2")))
            assert good.create(good.body("test/card")).status < 300
        for dialect in (s(served, headers={"Authorization": "Bearer studio-key"}) for s in POLLED):
            id = dialect.id(dialect.create(dialect.body("test/card")))
            own, foreign = dialect.status(id), type(dialect)(served, headers={"Authorization": "Bearer intern-key"}).status(id)
            assert own.status == 200 and foreign.status in (400, 404)
            assert dialect.refusal(foreign) == dialect.refusal(dialect.status("video_nothing"))


def test_no_money():
    digest = hashlib.sha256(b"poor-key").hexdigest()
    config = (f"keys:\n  - {{ name: poor, sha256: {digest}, budget: 0.01 USD/day }}\n"
              "accounts:\n  gpu: { vendor: openai-compatible, base_url: 'http://127.0.0.1:9/v1', api_key: none, price: 0.10 USD/clip }\n")
    with router(config) as served:
        for kind in ALL:
            dialect = kind(served, headers={"Authorization": "Bearer poor-key"})
            assert "0.01" in assert_refused("no money", dialect, dialect.create(dialect.body("gpu/any")))


class FakeVendor(FakeServer):
    """An OpenAI-shaped vendor that answers every create in one way, or closes the connection where `response` is None."""

    def __init__(self, response):
        self.response = response
        super().__init__()

    def answer(self, handler):
        handler.read_body()
        if self.response is None:
            handler.close_connection = True
        else:
            status, value = self.response
            handler.reply(value, status)


def error(message, code):
    return {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": code}}


@pytest.mark.parametrize("what, answer", [
    ("vendor refuses", (400, error("The picture is too small.", "invalid_image"))),
    ("vendor moderates", (400, error("Your request was blocked by our moderation system.", "moderation_blocked"))),
    ("vendor's bill", (402, error("Insufficient credits: 0 left.", "insufficient_credits"))),
    ("vendor's rate", (429, error("Rate limit reached.", "rate_limit_exceeded"))),
    ("vendor breaks off", None),
    ("vendor down", ()),
])
def test_what_a_vendor_says_is_said_again_in_each_dialect(what, answer):
    vendor = FakeVendor(answer)
    port = free_port() if answer == () else vendor.port
    # An account each, since one that fails often is left alone for a while.
    account = f"{{ vendor: openai-compatible, base_url: 'http://127.0.0.1:{port}/v1', api_key: hidden-key }}"
    with router("accounts:\n" + "".join(f"  gpu-{s.name}: {account}\n" for s in ALL)) as served:
        for dialect in (s(served) for s in ALL):
            message = assert_refused(what, dialect, dialect.create(dialect.body(f"gpu-{dialect.name}/any")))
            assert "hidden-key" not in message and "127.0.0.1" not in message
        if what == "vendor refuses":
            assert_refused("unknown model", dialect, dialect.create(dialect.body("no-such/model")))
    vendor.close()


def test_unknown_models_name_what_is_near():
    with router("accounts:\n  gpu: { vendor: openai-compatible, base_url: 'http://127.0.0.1:9/v1', api_key: none }\n") as served:
        for dialect in (s(served) for s in ALL):
            assert_refused("unknown model", dialect, dialect.create(dialect.body("no-such/model")))


def test_jobs_that_fail_are_reported_in_band(shared_router, document):
    for kind in ALL:
        dialect = kind(shared_router, document)
        for model in ("test/fail", "test/moderated"):
            created = dialect.create(dialect.body(model))
            if kind is ImageRouter:
                assert created.status == 200 and created.json["error"]["type"] in ("no_video", "content_moderated")
            else:
                finished, _ = dialect.wait(dialect.id(created))
                assert finished.status == 200 and len(dialect.failure(finished)) > 8
