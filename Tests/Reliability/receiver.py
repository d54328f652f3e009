"""A receiver of webhooks that records every request and answers as a test asks for."""

import base64
import json
import threading
import time

from fake_server import FakeServer

SECRET = "whsec_" + base64.b64encode(bytes(range(24))).decode()
OTHER_SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()


class Delivery:
    """One request: its time, headers and body."""

    def __init__(self, handler, body):
        self.time = time.monotonic()
        self.path, self.headers, self.body = handler.path, {k.lower(): v for k, v in handler.headers.items()}, body

    @property
    def event(self):
        return json.loads(self.body)

    @property
    def id(self):
        return self.headers["webhook-id"]


class Receiver(FakeServer):
    """`act` is called with each delivery and the handler; a status that it returns is the answer, None says that it has answered."""

    def __init__(self, act=lambda delivery, handler: 200):
        self.act = act
        self.lock = threading.Lock()
        self.deliveries = []
        super().__init__()

    def answer(self, handler):
        delivery = Delivery(handler, handler.read_body())
        with self.lock:
            self.deliveries.append(delivery)
        status = self.act(delivery, handler)
        if status is not None:
            handler.reply(b"", status)

    def count(self):
        with self.lock:
            return len(self.deliveries)

    def webhook(self, secret=SECRET, events=None, path="/hook"):
        """For a key's `webhooks` in the configuration."""
        chosen = f", events: [{', '.join(events)}]" if events else ""
        secrets = secret if isinstance(secret, str) else f"[{', '.join(secret)}]"
        return f'{{ url: "{self.url}{path}", secret: {secrets}{chosen} }}'
