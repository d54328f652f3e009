"""A vendor that keeps a name for each task and can be asked for it."""

import json
import socket
import threading
import time

from fake_server import FakeServer


class Kling(FakeServer):
    """Keeps a task under the name that came with it. While `loses` is set, the answer to a create is lost. The first `blind` searches find
    nothing. `asked` holds the ids of each status call."""

    def __init__(self):
        self.tasks, self.loses, self.blind, self.searches = [], False, 0, 0
        self.state, self.asked = "succeeded", []
        self.delay = lambda: 0
        self.lock = threading.Lock()
        super().__init__()

    def answer(self, handler):
        if handler.command == "POST":
            return self.create(handler, json.loads(handler.read_body()))
        if handler.path.startswith("/clip"):
            return handler.reply(b"clip", kind="video/mp4")
        key, _, ids = handler.path.split("?")[1].partition("=")
        wanted = ids.replace("%2C", ",").split(",")
        self.asked.append(wanted)
        place = 1 if key == "external_task_ids" else 0
        if place:
            self.searches += 1
            self.blind -= 1
            if self.blind >= 0:
                return self.send(handler, [])
        output = {"type": "video", "id": "v", "url": self.url + "/clip"}
        self.send(handler, [{"id": task[0], "external_id": task[1], "status": self.state, "outputs": [output]}
                            for task in self.tasks if task[place] in wanted])

    def create(self, handler, body):
        with self.lock:
            self.tasks.append((f"task{len(self.tasks)}", body["options"]["external_task_id"], body["prompt"]))
            task = self.tasks[-1][0]
        time.sleep(self.delay())
        if self.loses:
            self.loses()
            handler.close_connection = True
            return handler.connection.shutdown(socket.SHUT_RDWR)
        self.send(handler, {"id": task, "status": "submitted"})

    @staticmethod
    def send(handler, data):
        handler.reply({"code": 0, "message": "SUCCEED", "request_id": "r", "data": data})

    @property
    def config(self):
        return f"accounts:\n  kling: {{ base_url: '{self.url}', api_key: k }}\nlimits: {{ lookup_timeout: 2s }}\n"
