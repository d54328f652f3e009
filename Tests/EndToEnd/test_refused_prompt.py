"""What a vendor refuses for one client closes nothing for another."""

import contextlib
import http.server
import json
import threading

import pytest
from harness import router

MODERATED = (403, "application/json", b'{"error": {"message": "moderation blocked", "code": "content_policy_violation"}}')
NO_SUCH_MODEL = (404, "application/json", b'{"error": {"message": "The model m was not found", "code": "model_not_found"}}')
FIREWALL = (403, "text/html", b"<html><title>Attention Required! | Cloudflare</title></html>")


@contextlib.contextmanager
def vendor(refusal):
    """Accepts every job but those whose prompt is `odd`; notes the prompts."""
    prompts = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            # Jobs come as multipart forms or as JSON.
            odd = b"odd" in body
            prompts.append("odd" if odd else "plain")
            made = json.dumps({"id": f"v{len(prompts)}", "object": "video", "status": "queued", "model": "m", "progress": 0}).encode()
            status, type, body = refusal if odd else (200, "application/json", made)
            self.send_response(status)
            self.send_header("content-type", type)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1", prompts
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("refusal, expected, asked", [
    (MODERATED, (400, "moderation_blocked"), (1, 0)),
    (NO_SUCH_MODEL, (200, None), (1, 1)),
    (FIREWALL, (200, None), (1, 1)),
], ids=["moderation", "model", "firewall"])
def test_a_refusal_of_one_request_is_about_that_request(refusal, expected, asked):
    accepting = (200, "application/json", b'{"id": "v", "object": "video", "status": "queued", "model": "m", "progress": 0}')
    with vendor(refusal) as (first, at_first), vendor(accepting) as (second, at_second):
        accounts = f'one: {{ vendor: openai-compatible, base_url: "{first}", api_key: none }}\n' \
            f'  two: {{ vendor: openai-compatible, base_url: "{second}", api_key: none }}'
        with router(f"accounts:\n  {accounts}\naliases:\n  pool: [ one/m, two/n ]\n") as served:
            answer = served.call("POST", "/v1/videos", {"model": "pool", "prompt": "odd"})
            code = answer.json["error"]["code"] if answer.status >= 400 else None
            assert (answer.status, code) == expected, answer.body
            assert (at_first.count("odd"), at_second.count("odd")) == asked
            # The account of the first is open for everyone else, for another model at the least.
            assert served.call("POST", "/v1/videos", {"model": "one/other", "prompt": "plain"}).status == 200
