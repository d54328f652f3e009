"""A vendor that keeps a ledger of every job it was asked to make, and fails in whatever way it is told to."""

import contextlib
import http.server
import json
import random
import re
import socket
import struct
import threading
import time


class PaidJobs:
    """What the vendor was paid for: prompt by prompt, with the ids it gave."""

    def __init__(self, prefix):
        self.prefix = prefix
        self.lock = threading.Lock()
        self.jobs = {}
        self.prompts = []
        self.status_calls = 0
        self.content_calls = 0
        self.cancel_calls = 0

    def add(self, prompt):
        with self.lock:
            number = len(self.prompts) + 1
            self.prompts.append(prompt)
            self.jobs[f"{self.prefix}_{number}"] = prompt
            return f"{self.prefix}_{number}"

    def count(self, prompt):
        with self.lock:
            return self.prompts.count(prompt)


class FakeOpenAIVendor:
    """`fault` says what becomes of the answer to a start call; the job is in the ledger all the same."""

    def __init__(self, key=None, prefix="up"):
        self.key = key
        self.paid_jobs = PaidJobs(prefix)
        self.fault = None
        # Prompts of jobs that are accepted and fail, and of those that never end.
        self.failures, self.endless = set(), set()
        self.delay = lambda: 0
        # Whether jobs can be deleted at work.
        self.can_cancel = False
        # Status and percentage of a job.
        self.state = lambda name: ("completed", 100)
        vendor = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def log_message(self, *_):
                pass

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if vendor.fault == "429":
                    return self.reply({"error": {"message": "too many jobs"}}, 429)
                name = vendor.paid_jobs.add(prompt_in(body))
                time.sleep(vendor.delay())
                fault, vendor_fault = vendor.fault, faults.get(vendor.fault)
                if fault is None:
                    return self.reply(job(name, "queued"))
                vendor_fault(self, name)

            def do_GET(self):
                with vendor.paid_jobs.lock:
                    vendor.paid_jobs.status_calls += not self.path.endswith("/content")
                    vendor.paid_jobs.content_calls += self.path.endswith("/content")
                if vendor.key and self.headers["Authorization"] != f"Bearer {vendor.key}":
                    return self.reply({"error": {"message": "wrong key"}}, 401)
                name = self.path.split("?")[0].split("/")[3]
                if name not in vendor.paid_jobs.jobs:
                    return self.reply({"error": {"message": "no such job"}}, 404)
                if self.path.endswith("/content"):
                    return self.reply(vendor.paid_jobs.jobs[name].encode(), kind="video/mp4")
                prompt = vendor.paid_jobs.jobs[name]
                if prompt in vendor.failures:
                    return self.reply({**job(name, "failed"), "error": {"code": "server_error", "message": "no capacity"}})
                self.reply(job(name, "in_progress", 10) if prompt in vendor.endless else job(name, *vendor.state(name)))

            def do_DELETE(self):
                name = self.path.split("/")[3]
                with vendor.paid_jobs.lock:
                    vendor.paid_jobs.cancel_calls += 1
                    known = vendor.can_cancel and vendor.paid_jobs.jobs.pop(name, None)
                self.reply({"id": name, "object": "video.deleted", "deleted": True} if known else {"error": {"message": "no"}}, 200 if known else 404)

            def reply(self, value, status=200, kind="application/json"):
                body = value if isinstance(value, bytes) else json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                with contextlib.suppress(OSError):
                    self.wfile.write(body)

        class Server(http.server.ThreadingHTTPServer):
            request_queue_size = 256
            daemon_threads = True

            def handle_error(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def config(self, extra=""):
        return f"""
accounts:
  fake: {{ vendor: openai-compatible, base_url: "http://127.0.0.1:{self.port}/v1", api_key: ledger-key }}
aliases:
  sora-2: [ {{ model: fake/any, adapt: nearest }} ]
{extra}"""


@contextlib.contextmanager
def vendor(**options):
    made = FakeOpenAIVendor(**options)
    try:
        yield made
    finally:
        made.close()


def prompt_in(body: bytes) -> str:
    found = re.search(rb'name="prompt"\r\n(?:[^\r\n]+\r\n)*\r\n(.*?)\r\n--', body, re.S)
    return (found.group(1) if found else json.loads(body)["prompt"].encode()).decode()


def job(name, status, progress=0):
    return {"id": name, "object": "video", "status": status, "progress": progress, "model": "m", "created_at": 1, "seconds": "4",
            "size": "1280x720"}


def fin(handler, name):
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


def rst(handler, name):
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.close_connection = True
    handler.connection.close()


def half_a_head(handler, name):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Ty")
    fin(handler, name)


def cut_body(handler, name):
    handler.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 400\r\n\r\n{"id": "')
    fin(handler, name)


def late(handler, name):
    time.sleep(4)
    handler.reply(job(name, "queued"))


faults = {
    "fin": fin,
    "rst": rst,
    "half a head": half_a_head,
    "cut body": cut_body,
    "html": lambda handler, name: handler.reply(b"<html>ok</html>", kind="text/html"),
    "no id": lambda handler, name: handler.reply({"object": "video"}),
    "500": lambda handler, name: handler.reply({"error": {"message": "boom"}}, 500),
    "502": lambda handler, name: handler.reply(b"<html>bad gateway</html>", 502, "text/html"),
    "504": lambda handler, name: handler.reply({"error": {"message": "timeout"}}, 504),
    "late": late,
}


def random_delay(most):
    """A pause of up to `most` seconds, mostly short."""
    return lambda: most * random.random() ** 3
