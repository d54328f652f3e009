"""An OpenAI-shaped vendor that records every job it was paid for, and fails as a test asks for."""

import json
import random
import re
import socket
import struct
import threading
import time

from fake_server import FakeServer


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


class FakeOpenAIVendor(FakeServer):
    """`fault` says what becomes of the answer to a start call; the job counts as paid all the same."""

    def __init__(self, key=None, prefix="up"):
        self.key = key
        self.paid_jobs = PaidJobs(prefix)
        self.fault = None
        # Prompts of jobs that are accepted and fail, and of those that never end.
        self.failures, self.endless = set(), set()
        self.delay = lambda: 0
        # Whether running jobs can be deleted.
        self.can_cancel = False
        # Status and percentage of a job.
        self.state = lambda name: ("completed", 100)
        super().__init__()

    def answer(self, handler):
        {"POST": self.create, "GET": self.show, "DELETE": self.delete}[handler.command](handler)

    def create(self, handler):
        body = handler.read_body()
        if self.fault == "429":
            return handler.reply({"error": {"message": "too many jobs"}}, 429)
        name = self.paid_jobs.add(prompt_in(body))
        time.sleep(self.delay())
        if self.fault is None:
            return handler.reply(job(name, "queued"))
        faults[self.fault](handler, name)

    def show(self, handler):
        is_content = handler.path.endswith("/content")
        with self.paid_jobs.lock:
            self.paid_jobs.status_calls += not is_content
            self.paid_jobs.content_calls += is_content
        if self.key and handler.headers["Authorization"] != f"Bearer {self.key}":
            return handler.reply({"error": {"message": "wrong key"}}, 401)
        name = handler.path.split("?")[0].split("/")[3]
        prompt = self.paid_jobs.jobs.get(name)
        if prompt is None:
            return handler.reply({"error": {"message": "no such job"}}, 404)
        if is_content:
            return handler.reply(prompt.encode(), kind="video/mp4")
        if prompt in self.failures:
            return handler.reply({**job(name, "failed"), "error": {"code": "server_error", "message": "no capacity"}})
        handler.reply(job(name, "in_progress", 10) if prompt in self.endless else job(name, *self.state(name)))

    def delete(self, handler):
        name = handler.path.split("/")[3]
        with self.paid_jobs.lock:
            self.paid_jobs.cancel_calls += 1
            known = self.can_cancel and self.paid_jobs.jobs.pop(name, None)
        if known:
            return handler.reply({"id": name, "object": "video.deleted", "deleted": True})
        handler.reply({"error": {"message": "no"}}, 404)

    def config(self, extra=""):
        return f"""
accounts:
  fake: {{ vendor: openai-compatible, base_url: "http://127.0.0.1:{self.port}/v1", api_key: ledger-key }}
aliases:
  sora-2: [ {{ model: fake/any, adapt: nearest }} ]
{extra}"""


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
