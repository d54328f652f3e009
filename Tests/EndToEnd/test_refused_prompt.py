"""What a vendor refuses for one client closes nothing for another."""

import pytest

from fake_server import FakeServer
from harness import router

MODERATED = (403, "application/json", b'{"error": {"message": "moderation blocked", "code": "content_policy_violation"}}')
NO_SUCH_MODEL = (404, "application/json", b'{"error": {"message": "The model m was not found", "code": "model_not_found"}}')
FIREWALL = (403, "text/html", b"<html><title>Attention Required! | Cloudflare</title></html>")


ACCEPTED = (200, "application/json", b'{"id": "v", "object": "video", "status": "queued", "model": "m", "progress": 0}')


class FakeVendor(FakeServer):
    """Accepts every job but those whose prompt is `odd`, which it answers with `answer_to_odd`; records the prompts."""

    def __init__(self, answer_to_odd):
        self.answer_to_odd, self.prompts = answer_to_odd, []
        super().__init__()

    def answer(self, handler):
        # Jobs come as multipart forms or as JSON.
        odd = b"odd" in handler.read_body()
        self.prompts.append("odd" if odd else "plain")
        status, kind, body = self.answer_to_odd if odd else ACCEPTED
        handler.reply(body, status, kind)


@pytest.mark.parametrize("refusal, expected, asked", [
    (MODERATED, (400, "moderation_blocked"), (1, 0)),
    (NO_SUCH_MODEL, (200, None), (1, 1)),
    (FIREWALL, (200, None), (1, 1)),
], ids=["moderation", "model", "firewall"])
def test_a_refusal_of_one_request_is_about_that_request(refusal, expected, asked):
    with FakeVendor(refusal) as first, FakeVendor(ACCEPTED) as second:
        accounts = f'one: {{ vendor: openai-compatible, base_url: "{first.url}/v1", api_key: none }}\n' \
            f'  two: {{ vendor: openai-compatible, base_url: "{second.url}/v1", api_key: none }}'
        with router(f"accounts:\n  {accounts}\naliases:\n  pool: [ one/m, two/n ]\n") as served:
            answer = served.call("POST", "/v1/videos", {"model": "pool", "prompt": "odd"})
            code = answer.json["error"]["code"] if answer.status >= 400 else None
            assert (answer.status, code) == expected, answer.body
            assert (first.prompts.count("odd"), second.prompts.count("odd")) == asked
            # The account of the first is open for everyone else, for another model at the least.
            assert served.call("POST", "/v1/videos", {"model": "one/other", "prompt": "plain"}).status == 200
