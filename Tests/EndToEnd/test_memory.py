"""What one create holds in memory counts against `max_buffered_body_bytes`, and is refused before it is read."""

import contextlib
import http.server
import json
import threading

from harness import router

MIB = 1 << 20
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x04\0\0\0\x04\0\x08\x02\0\0\0"


@contextlib.contextmanager
def vendor():
    """Accepts every job, and notes how many bytes each request had."""
    seen = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            length = int(self.headers["content-length"])
            left = length
            while left:
                left -= len(self.rfile.read(min(left, MIB)))
            seen.append(length)
            body = json.dumps({"request_id": f"r{len(seen)}", "status": "IN_QUEUE"}).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", seen
    finally:
        server.shutdown()
        server.server_close()


def upload(served, size):
    place = served.call("POST", "/ltx/v1/upload").json
    answer = served.call("PUT", place["upload_url"].split(str(served.port))[-1], PNG + bytes(size - len(PNG)))
    assert answer.status == 200, answer.body
    return place["storage_uri"]


def config(url, held):
    return f"""
accounts:
  fal: {{ vendor: fal, api_key: k, base_url: "{url}" }}
limits: {{ max_buffered_body_bytes: {held} }}
"""


def create(served, reference, times):
    body = {"model": "fal/seedance-2.0", "prompt": "a boat", "reference_images": [reference] * times}
    return served.call("POST", "/v1/videos/generations", body)


def test_a_file_named_nine_times_is_read_once_and_its_copies_are_counted():
    with vendor() as (url, seen):
        with router(config(url, "64 MiB")) as served:
            reference = upload(served, 12 * MIB)
            before = served.memory()
            refused = create(served, reference, 9)
            assert refused.status == 503, refused.body
            assert refused.headers["retry-after"] == "2"
            assert seen == [], "nothing was sent"
            assert served.memory() - before < 64 * MIB
            accepted = create(served, reference, 2)
            assert accepted.status == 200, accepted.body
            assert len(seen) == 1 and seen[0] > 2 * 12 * MIB
            # What was counted is given back.
            assert create(served, reference, 2).status == 200
