"""The six dialects as their clients speak them: where they send, where they ask, and where they look in the answers."""

import json
import pathlib
import time
import urllib.parse

EXAMPLES = json.loads((pathlib.Path(__file__).parent / "examples.json").read_text())
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6364f8cf500f00038601805a34"
    "7d6b0000000049454e44ae426082")


class DialectClient:
    """One dialect. `words` are the states in their order: waiting, running, done, failed."""

    name = path = ""
    waiting = running = ()
    done = failed = ()
    created = 200

    def __init__(self, served, document=None, mounted=True, headers=None):
        self.served, self.document, self.prefix, self.headers = served, document, "/" + self.name if mounted else "", dict(headers or {})

    def call(self, method, path, body=None, headers=None, timeout=60):
        answer = self.served.call(method, self.prefix + path, body, self.headers | (headers or {}), timeout=timeout)
        return self.document.check(method, self.prefix + path, answer) if self.document else answer

    def body(self, model, picture=None):
        raise NotImplementedError

    def create(self, body, path=None, **more):
        return self.call("POST", path or self.path, body, **more)

    def id(self, created):
        return created.json["id"]

    def status(self, id, path=None):
        return self.call("GET", self.status_path(id, path or self.path))

    def state(self, answer):
        return answer.json["status"]

    def wait(self, id, path=None, seconds=60):
        """The first answer that is neither waiting nor running, the states that came before it, and none that is no word of this dialect."""
        deadline, seen = time.monotonic() + seconds, []
        while time.monotonic() < deadline:
            answer = self.status(id, path)
            assert answer.status == 200, answer.body
            state = self.state(answer)
            if state in self.done + self.failed:
                return answer, seen
            assert state in self.waiting + self.running, state
            seen.append(state)
            time.sleep(0.1)
        raise AssertionError(f"{id} did not end within {seconds} s")

    def link(self, finished):
        raise NotImplementedError

    def failure(self, finished):
        raise NotImplementedError

    def refusal(self, answer):
        """Message and the word or number for programs."""
        error = answer.json["error"]
        return error["message"], error["code"]


class OpenAI(DialectClient):
    name, path = "openai", "/v1/videos"
    waiting, running, done, failed = ("queued",), ("in_progress",), ("completed",), ("failed",)

    def body(self, model, picture=None):
        return {"model": model, "prompt": "A kite", "seconds": "4"} | ({"input_reference": picture} if picture else {})

    def status_path(self, id, path):
        return f"/v1/videos/{id}"

    def link(self, finished):
        return finished.json["url"]

    def failure(self, finished):
        return finished.json["error"]["message"]


class Siraya(DialectClient):
    name, path = "siraya", "/v1/videos/generations"
    waiting, running, done, failed = (), ("processing",), ("completed",), ("failed",)

    def body(self, model, picture=None):
        return {"model": model, "prompt": "A kite", "seconds": 4, "async": True} | ({"image_url": picture} if picture else {})

    def status_path(self, id, path):
        return f"/v1/videos/{id}"

    def link(self, finished):
        assert finished.json["output_url"] == finished.json["data"][0]["url"]
        return finished.json["output_url"]

    def failure(self, finished):
        return finished.json["error"]["message"]


class Siray(DialectClient):
    name, path = "siray", "/v1/video/generations"
    waiting, running, done, failed = ("QUEUED",), ("IN_PROGRESS",), ("SUCCESS",), ("FAILURE",)

    def body(self, model, picture=None):
        return {"model": model, "prompt": "A kite", "duration": 4} | ({"image": picture} if picture else {})

    def id(self, created):
        reply = created.json
        assert reply["code"] == "success" and reply["task_id"] == reply["id"] == reply["data"]["task_id"]
        return reply["task_id"]

    def status_path(self, id, path):
        return f"{self.path}/{id}"

    def state(self, answer):
        assert answer.json["code"] == "success"
        return answer.json["data"]["status"]

    def link(self, finished):
        assert finished.json["data"]["progress"] == "100%"
        return finished.json["data"]["outputs"][0]

    def failure(self, finished):
        return finished.json["data"]["fail_reason"]


class ImageRouter(DialectClient):
    """Has no id: what a create answers is the end."""

    name, path = "imagerouter", "/v1/openai/videos/generations"

    def body(self, model, picture=None):
        return {"model": model, "prompt": "A kite", "seconds": 4} | ({"image": picture} if picture else {})

    def link(self, finished):
        return finished.json["data"][0]["url"]

    def failure(self, finished):
        return finished.json["error"]["message"]

    def refusal(self, answer):
        error = answer.json["error"]
        return error["message"], error["type"]


class LTX(DialectClient):
    name, path, created = "ltx", "/v2/text-to-video", 202
    waiting, running, done, failed = ("pending",), ("processing",), ("completed",), ("failed",)

    def body(self, model, picture=None):
        body = {"model": model, "prompt": "A kite", "duration": 4, "resolution": "1280x720"}
        return body | ({"image_uri": picture} if picture else {})

    def create(self, body, path=None, **more):
        return super().create(body, path or ("/v2/image-to-video" if isinstance(body, dict) and "image_uri" in body else self.path), **more)

    def status_path(self, id, path):
        return f"{path}/{id}"

    def link(self, finished):
        return next(iter(finished.json["result"].values()))

    def failure(self, finished):
        return finished.json["error"]["message"]

    def refusal(self, answer):
        assert answer.json["type"] == "error"
        return answer.json["error"]["message"], answer.json["error"]["type"]


class AIMLAPI(DialectClient):
    name, path = "aimlapi", "/v2/video/generations"
    waiting, running, done, failed = ("queued",), ("generating",), ("completed", "succeeded"), ("error",)

    def body(self, model, picture=None):
        return {"model": model, "prompt": "A kite", "duration": 4} | ({"image_url": picture} if picture else {})

    def status_path(self, id, path):
        return f"{self.path}?generation_id={urllib.parse.quote(id)}"

    def link(self, finished):
        return finished.json["video"]["url"]

    def failure(self, finished):
        return finished.json["error"]["message"]

    def refusal(self, answer):
        assert answer.json["statusCode"] == str(answer.status)
        return answer.json["message"], answer.json["statusCode"]


ALL = [OpenAI, Siraya, Siray, ImageRouter, LTX, AIMLAPI]
POLLED = [s for s in ALL if s is not ImageRouter]


def form(fields, boundary="----genlock"):
    """A multipart body: `@name` stands for an image file."""
    parts = []
    for name, value in fields.items():
        head = f'Content-Disposition: form-data; name="{name}"'
        if isinstance(value, str) and value.startswith("@"):
            parts.append(f'--{boundary}\r\n{head}; filename="{value[1:]}"\r\nContent-Type: image/png\r\n\r\n'.encode() + PICTURE + b"\r\n")
        else:
            parts.append(f"--{boundary}\r\n{head}\r\n\r\n{value}\r\n".encode())
    return b"".join(parts) + f"--{boundary}--\r\n".encode(), {"Content-Type": f"multipart/form-data; boundary={boundary}"}
